package org.certctl.audit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

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
/// @param renews the serial number of the certificate that authorised this as its renewal; empty
///   when none did
/// @param origin where the request came from
/// @param actionSuffix is put after the action; tells how the request was authorised where that has
///   a name of its own
/// @param evidence what the challenge says and how it was judged, keys and values in their order
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
    String renews,
    Origin origin,
    String actionSuffix,
    SequencedMap<String, String> evidence) {

  /// Keeps its own copies.
  public EnrollmentFacts {
    subjectAltNames = List.copyOf(subjectAltNames);
    evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
  }

  /// Without evidence.
  public EnrollmentFacts(
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
      String renews,
      Origin origin) {
    this(
        protocol,
        action,
        endpoint,
        transactionId,
        device,
        subject,
        subjectAltNames,
        subjectKeyDigest,
        requesterKeyDigest,
        issuerId,
        profileId,
        renews,
        origin,
        "",
        new LinkedHashMap<>());
  }

  /// Whether another key than the one to be certified signed the message, although no certificate
  /// authorised that: so do some clients, and so does whoever signs a stolen envelope anew.
  public boolean isSignedByAnotherKey() {
    return renews.isEmpty() && !requesterKeyDigest.equals(subjectKeyDigest);
  }

  /// The same, with the issuer and the profile that are in force when it is issued.
  public EnrollmentFacts decidedBy(String otherIssuerId, String otherProfileId) {
    return new EnrollmentFacts(
        protocol,
        action,
        endpoint,
        transactionId,
        device,
        subject,
        subjectAltNames,
        subjectKeyDigest,
        requesterKeyDigest,
        otherIssuerId,
        otherProfileId,
        renews,
        origin,
        actionSuffix,
        evidence);
  }
}
