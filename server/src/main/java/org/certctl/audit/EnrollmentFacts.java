package org.certctl.audit;

import java.util.List;

/// What every event about an enrollment tells: who asked whom for what.
///
/// @param protocol the protocol's name, `SCEP`
/// @param action the audit action, e.g. `scep_pkcsreq`
/// @param endpoint the name of the endpoint; the flat single endpoint is the empty text
/// @param transactionId the transaction as text, safe in a log line
/// @param device what names the device: from the challenge when it says so, else the common name
/// @param subject the requested subject as text
/// @param subjectAltNames the requested names as typed texts
/// @param subjectKeyDigest SHA-256 of the key to be certified, hexadecimal
/// @param requesterKeyDigest SHA-256 of the key that signed the message, hexadecimal
/// @param issuerId the issuer connector
/// @param profileId the certificate profile
/// @param origin where the request came from
public record EnrollmentFacts(
    String protocol,
    String action,
    String endpoint,
    String transactionId,
    String device,
    String subject,
    List<String> subjectAltNames,
    String subjectKeyDigest,
    String requesterKeyDigest,
    String issuerId,
    String profileId,
    Origin origin) {

  /// Keeps its own copy of the names.
  public EnrollmentFacts {
    subjectAltNames = List.copyOf(subjectAltNames);
  }
}
