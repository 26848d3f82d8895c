package org.certctl.enroll;

import org.certctl.audit.Origin;
import org.certctl.pki.Sha256;

/// A question what became of a transaction (RFC 8894, section 3.3.3), verified: whoever holds the
/// key signed it.
///
/// @param protocol `SCEP`
/// @param action the audit action, `scep_certpoll`
/// @param endpoint where it came in
/// @param transactionId the octets of the transactionID
/// @param transactionText the transactionID as text, safe in a log line
/// @param requesterKeyDigest SHA-256 of the SubjectPublicKeyInfo that signed the message
/// @param origin where it came from
public record Poll(
    String protocol,
    String action,
    Endpoint endpoint,
    ByteString transactionId,
    String transactionText,
    Sha256 requesterKeyDigest,
    Origin origin) {}
