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

  /// The request waits for a human.
  ///
  /// @param method how it was authorised besides, `none` when it was not
  record EnrollmentDeferred(Instant at, EnrollmentFacts facts, String method, Instant expiresAt)
      implements AuditEvent {}

  /// A human agreed to a request that waited.
  ///
  /// @param actor who
  record EnrollmentApproved(Instant at, EnrollmentFacts facts, Actor actor) implements AuditEvent {}

  /// A human refused a request that waited.
  ///
  /// @param actor who
  /// @param words what the requester is told, empty when nothing
  record EnrollmentRejected(Instant at, EnrollmentFacts facts, Actor actor, String words)
      implements AuditEvent {}

  /// As many requests wait for a human as may; further ones are told to try again. Told once an
  /// hour.
  ///
  /// @param limit which bound: `endpoint` or `address`
  /// @param bound how many
  /// @param origin where the request came from that found no room
  record PendingQueueFull(
      Instant at, String protocol, String endpoint, String limit, String bound, Origin origin)
      implements AuditEvent {}

  /// An intent came to nothing: the issuer refused or could not be reached; claims are free again.
  record EnrollmentReleased(
      Instant at, EnrollmentFacts facts, String serialNumber, String reason, String explanation)
      implements AuditEvent {}

  /// A challenge that was used up came again with another request: it was in the hands of two (RFC
  /// 8894, section 7.3). Told besides the refusal.
  ///
  /// @param challengeId the id of the challenge, never its value
  /// @param explanation for operators
  record ChallengeReused(Instant at, EnrollmentFacts facts, String challengeId, String explanation)
      implements AuditEvent {}

  /// A one-time challenge was made.
  ///
  /// @param actor the user who ran the command
  /// @param challengeId the id of the challenge, never its value
  /// @param endpoint the endpoint it is good for
  /// @param identity the identity it is good for as text, empty when it is bound to none
  record ChallengeCreated(
      Instant at,
      String actor,
      String challengeId,
      String endpoint,
      String identity,
      Instant expiresAt)
      implements AuditEvent {}

  /// A one-time challenge was revoked before it was used.
  ///
  /// @param actor the user who ran the command
  record ChallengeRevoked(Instant at, String actor, String challengeId, String endpoint)
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

  /// A certificate was revoked, held, or released from a hold.
  ///
  /// @param actor who did it
  /// @param outcome `revoked`, `held` or `released`
  /// @param revocationReason the name in RFC 5280, section 5.3.1
  /// @param note in the actor's own words
  record RevocationChanged(
      Instant at,
      Actor actor,
      String outcome,
      String issuerId,
      String serialNumber,
      String subject,
      String device,
      String revocationReason,
      String note)
      implements AuditEvent {}

  /// A CRL was published.
  ///
  /// @param crl which CRL of the issuer: `complete`, `delta`, or what stands behind the issuer in
  ///   the URL
  /// @param number the CRL number, decimal
  /// @param entries how many certificates it lists, decimal
  record CrlIssued(
      Instant at, String issuerId, String crl, String number, String entries, Instant nextUpdate)
      implements AuditEvent {}

  /// The CA here makes an RA certificate for an endpoint.
  ///
  /// @param fingerprint SHA-256 of the certificate, hexadecimal
  record RaCertificateMade(
      Instant at,
      String endpoint,
      String issuerId,
      String subject,
      String serialNumber,
      String fingerprint,
      Instant notAfter)
      implements AuditEvent {}

  /// An RA key is used no more, and destroyed.
  record RaKeyDestroyed(Instant at, String endpoint, String serialNumber) implements AuditEvent {}

  /// A CA here makes the certificate of its OCSP responder.
  ///
  /// @param fingerprint SHA-256 of the certificate, hexadecimal
  record OcspCertificateMade(
      Instant at,
      String issuerId,
      String subject,
      String serialNumber,
      String fingerprint,
      Instant notAfter)
      implements AuditEvent {}

  /// The key of an OCSP responder is used no more, and destroyed.
  record OcspKeyDestroyed(Instant at, String issuerId, String serialNumber) implements AuditEvent {}

  /// A key was put into the database, sealed, or what is there was sealed anew.
  ///
  /// @param outcome `shared`, or `sealed_anew` when the encryption key was changed
  /// @param kind whose key it is: `ca`, `audit`, or `all` for all there are
  /// @param name the id of the CA; empty for others
  /// @param fingerprint SHA-256 of the certificate, or of the public half of a key without one
  ///   (SubjectPublicKeyInfo), hexadecimal; empty for all
  record SharedKeyChanged(
      Instant at, Actor actor, String outcome, String kind, String name, String fingerprint)
      implements AuditEvent {}

  /// A step on the way from one CA to the next.
  ///
  /// @param step `prepared`, `scheduled`, `switched` or `cancelled`
  /// @param issuerId the id of the CA concerned
  /// @param fingerprint SHA-256 of its certificate, hexadecimal
  /// @param activateAt when it begins to issue; empty while nobody has said
  record CaRollover(
      Instant at,
      Actor actor,
      String step,
      String issuerId,
      String subject,
      String fingerprint,
      String activateAt)
      implements AuditEvent {}

  /// Certificates or keys were read again while the server ran.
  ///
  /// @param kind what they are: `tls`, `ra`, `connector`
  /// @param name which of them, often a profile
  /// @param outcome `changed`, or `kept` when what was there before stays in force
  /// @param explanation what is in force now, or why nothing changed
  record MaterialReloaded(
      Instant at, Actor actor, String kind, String name, String outcome, String explanation)
      implements AuditEvent {}

  /// A backup was made; it gets its name after this.
  ///
  /// @param secrets what became of secret files: `plain`, `encrypted` or `left_out`
  /// @param digest SHA-256 of the archive, hexadecimal
  /// @param head the hash of the newest block of the audit trail in it, hexadecimal
  record BackupMade(Instant at, Actor actor, String secrets, String digest, String head)
      implements AuditEvent {}

  /// Blocks of the audit trail were moved to an archive.
  ///
  /// @param block the number of the last of them
  /// @param sequence the sequence number of its last event
  /// @param head its hash, hexadecimal
  record TrailArchived(Instant at, Actor actor, String block, String sequence, String head)
      implements AuditEvent {}

  /// Records were removed because their time was over.
  ///
  /// @param records of which kind: `certificates` or `enrollments`
  /// @param count how many, decimal
  /// @param until the latest end among those certificates, or when the last of those enrollments
  ///   was decided
  record RecordsRemoved(Instant at, String records, String count, Instant until)
      implements AuditEvent {}

  /// The data directory was restored from a backup: what happened after that was made is forgotten.
  ///
  /// @param backupAt when the backup was made
  /// @param digest SHA-256 of the archive, hexadecimal
  record DataRestored(Instant at, Actor actor, Instant backupAt, String digest)
      implements AuditEvent {}

  /// A certificate of the server, or one that it trusts, has come under a threshold before its end.
  ///
  /// @param use what it is used for: `tls server`
  /// @param fingerprint SHA-256 of the certificate, hexadecimal
  /// @param threshold which: `30d`
  /// @param noticeId the id of the notice of it
  record ExpiryNoticed(
      Instant at,
      String use,
      String subject,
      String serialNumber,
      String fingerprint,
      Instant notAfter,
      String threshold,
      String noticeId)
      implements AuditEvent {}

  /// Issued certificates of one endpoint have come under a threshold before their end.
  ///
  /// @param threshold which: `30d`
  /// @param count how many, decimal
  /// @param noticeId the id of the notice of them
  record IssuedExpiryNoticed(
      Instant at, String endpoint, String threshold, String count, String noticeId)
      implements AuditEvent {}

  /// A notice was given up or put back among those to be delivered.
  ///
  /// @param outcome `given_up` or `put_back`
  /// @param noticeId the id of the notice
  /// @param kind what it is about
  /// @param target where it was to go
  /// @param attempts how often that was tried, decimal
  /// @param explanation why it was given up
  record NoticeDelivery(
      Instant at,
      Actor actor,
      String outcome,
      String noticeId,
      String kind,
      String target,
      String attempts,
      String explanation)
      implements AuditEvent {}

  /// The database could not be written for a while, and can be again.
  record StoreRecovered(Instant at) implements AuditEvent {}

  /// The server began to serve.
  record ServerStarted(Instant at, String version) implements AuditEvent {}

  /// The server stopped in good order.
  record ServerStopped(Instant at, String version) implements AuditEvent {}
}
