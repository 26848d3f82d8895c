package org.certctl.audit;

import java.time.Instant;

/// Everything the audit trail can tell; a new kind of event is a new case here.
///
/// Codes (`action`, `reason`) are stable; secrets have no place in any event.
public sealed interface AuditEvent {

  /// When it happened, by the server's clock.
  Instant at();

  /// Step 4 of the enrollment cycle: what we are about to ask the issuer for.
  record EnrollmentIntended(Instant at, EnrollmentFacts facts, String serialNumber)
      implements AuditEvent {}

  /// Step 6: the certificate exists and is recorded.
  ///
  /// @param fingerprint SHA-256 of the certificate, hexadecimal
  record CertificateIssued(
      Instant at,
      EnrollmentFacts facts,
      String serialNumber,
      String fingerprint,
      Instant notBefore,
      Instant notAfter)
      implements AuditEvent {}

  /// A known transaction was answered as before; nothing new was issued.
  record EnrollmentRepeated(Instant at, EnrollmentFacts facts, String serialNumber)
      implements AuditEvent {}

  /// The request was understood and refused.
  ///
  /// @param reason the stable code
  /// @param explanation for operators; never holds a secret
  record EnrollmentRefused(Instant at, EnrollmentFacts facts, String reason, String explanation)
      implements AuditEvent {}

  /// An intent came to nothing: the issuer refused or could not be reached; claims are free again.
  record EnrollmentReleased(
      Instant at, EnrollmentFacts facts, String serialNumber, String reason, String explanation)
      implements AuditEvent {}

  /// A message was refused before it became a request: its algorithms, signature or envelope.
  ///
  /// @param transactionId as text, empty when unreadable
  /// @param requester the subject of the certificate that signed the message; unproven
  record MessageRejected(
      Instant at,
      String protocol,
      String endpoint,
      String transactionId,
      String requester,
      String reason,
      Origin origin)
      implements AuditEvent {}

  /// The server began to serve.
  record ServerStarted(Instant at, String version) implements AuditEvent {}

  /// The server stopped in good order.
  record ServerStopped(Instant at, String version) implements AuditEvent {}
}
