package org.certctl.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.certctl.pki.Names;

/// The one table from events to the stable names of the trail.
final class AuditCatalogue {

  private static final int MAX_TEXT_CHARS = 4096;
  static final String CERTIFICATE_LIFECYCLE = "cert_lifecycle";
  private static final String AUTHENTICATION = "auth";
  private static final String CONFIGURATION = "config";
  static final String SYSTEM = "system";
  private static final String USER = "user";
  private static final String ONE_TIME_CHALLENGE = "onetime_challenge";
  private static final String CHALLENGE = "challenge";

  private AuditCatalogue() {}

  static AuditEntry entry(AuditEvent event) {
    return switch (event) {
      case AuditEvent.EnrollmentIntended e ->
          enrollment(e.at(), e.facts(), "intended", e.serialNumber(), "", essence(e.facts()));
      case AuditEvent.CertificateIssued e -> {
        var details = details(e.facts());
        put(details, "fingerprint_sha256", e.fingerprint());
        put(details, "not_before", e.notBefore().toString());
        put(details, "not_after", e.notAfter().toString());
        yield enrollment(e.at(), e.facts(), "issued", e.serialNumber(), "", details);
      }
      case AuditEvent.EnrollmentRepeated e ->
          enrollment(e.at(), e.facts(), "repeated", e.serialNumber(), "", details(e.facts()));
      case AuditEvent.EnrollmentRefused e -> {
        var details = details(e.facts());
        put(details, "explanation", e.explanation());
        yield enrollment(e.at(), e.facts(), "refused", "", e.reason(), details);
      }
      case AuditEvent.EnrollmentDeferred e -> {
        var details = details(e.facts());
        put(details, "method", e.method());
        put(details, "expires_at", e.expiresAt().toString());
        yield enrollment(e.at(), e.facts(), "pending", "", "", details);
      }
      case AuditEvent.EnrollmentApproved e ->
          decided(e.at(), e.facts(), "approved", "", e.actor(), details(e.facts()));
      case AuditEvent.EnrollmentRejected e -> {
        var details = details(e.facts());
        put(details, "words", e.words());
        yield decided(e.at(), e.facts(), "rejected", "approval_rejected", e.actor(), details);
      }
      case AuditEvent.PendingQueueFull e -> queueFull(e);
      case AuditEvent.EnrollmentReleased e -> {
        var details = details(e.facts());
        put(details, "explanation", e.explanation());
        yield enrollment(e.at(), e.facts(), "released", e.serialNumber(), e.reason(), details);
      }
      case AuditEvent.ChallengeReused e -> reused(e);
      case AuditEvent.ChallengeCreated e -> {
        var details = new LinkedHashMap<String, String>();
        put(details, "identity", e.identity());
        put(details, "expires_at", e.expiresAt().toString());
        yield challenge(e.at(), e.actor(), "created", e.challengeId(), e.endpoint(), details);
      }
      case AuditEvent.ChallengeRevoked e ->
          challenge(
              e.at(), e.actor(), "revoked", e.challengeId(), e.endpoint(), new LinkedHashMap<>());
      case AuditEvent.MessageRejected e -> rejected(e);
      case AuditEvent.RevocationChanged e -> revocation(e);
      case AuditEvent.CrlIssued e -> crl(e);
      case AuditEvent.RaCertificateMade e -> KeyCatalogue.raCertificate(e);
      case AuditEvent.RaKeyDestroyed e -> KeyCatalogue.raDestroyed(e);
      case AuditEvent.OcspCertificateMade e -> KeyCatalogue.ocspCertificate(e);
      case AuditEvent.OcspKeyDestroyed e -> KeyCatalogue.ocspDestroyed(e);
      case AuditEvent.SharedKeyChanged e -> sharedKey(e);
      case AuditEvent.CaRollover e -> rollover(e);
      case AuditEvent.MaterialReloaded e -> reloaded(e);
      case AuditEvent.BackupMade e -> {
        var details = new LinkedHashMap<String, String>();
        put(details, "secrets", e.secrets());
        put(details, "archive_sha256", e.digest());
        put(details, "audit_head", e.head());
        yield backup(e.at(), e.actor(), "made", details);
      }
      case AuditEvent.TrailArchived e -> {
        var details = new LinkedHashMap<String, String>();
        put(details, "last_block", e.block());
        put(details, "last_event", e.sequence());
        put(details, "audit_head", e.head());
        yield backup(e.at(), e.actor(), "archived", details);
      }
      case AuditEvent.RecordsRemoved e -> {
        var details = new LinkedHashMap<String, String>();
        put(details, "count", e.count());
        put(details, "until", e.until().toString());
        yield system(e.at(), "retention", e.records(), "removed", details);
      }
      case AuditEvent.DataRestored e -> {
        var details = new LinkedHashMap<String, String>();
        put(details, "backup_at", e.backupAt().toString());
        put(details, "archive_sha256", e.digest());
        yield backup(e.at(), e.actor(), "restored", details);
      }
      case AuditEvent.ExpiryNoticed e -> NoticeCatalogue.expiry(e);
      case AuditEvent.IssuedExpiryNoticed e -> NoticeCatalogue.issuedExpiry(e);
      case AuditEvent.NoticeDelivery e -> NoticeCatalogue.delivery(e);
      case AuditEvent.StoreRecovered e -> server(e.at(), "store_recovered", "");
      case AuditEvent.ServerStarted e -> server(e.at(), "started", e.version());
      case AuditEvent.ServerStopped e -> server(e.at(), "stopped", e.version());
    };
  }

  private static AuditEntry enrollment(
      Instant at,
      EnrollmentFacts facts,
      String outcome,
      String serialNumber,
      String reason,
      SequencedMap<String, String> details) {
    var all = new LinkedHashMap<String, String>();
    put(all, "serial", serialNumber);
    all.putAll(details);
    put(all, "reason", reason);
    return new AuditEntry(
        0,
        at,
        CERTIFICATE_LIFECYCLE,
        clean(facts.action() + facts.actionSuffix()),
        client(facts.protocol()),
        SYSTEM,
        "certificate",
        clean(serialNumber),
        outcome,
        clean(reason),
        clean(facts.endpoint()),
        clean(facts.transactionId()),
        all);
  }

  /// What a human decided, in the same form as what the server did with the request.
  private static AuditEntry decided(
      Instant at,
      EnrollmentFacts facts,
      String outcome,
      String reason,
      Actor actor,
      SequencedMap<String, String> details) {
    AuditEntry entry = enrollment(at, facts, outcome, "", reason, details);
    return new AuditEntry(
        0,
        at,
        entry.category(),
        entry.action(),
        clean(actor.name()),
        clean(actor.type()),
        entry.resourceType(),
        entry.resourceId(),
        entry.outcome(),
        entry.reason(),
        entry.endpoint(),
        entry.transactionId(),
        entry.details());
  }

  private static AuditEntry queueFull(AuditEvent.PendingQueueFull event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "limit", event.limit());
    put(details, "bound", event.bound());
    put(details, "protocol", event.protocol());
    origin(details, event.origin());
    return new AuditEntry(
        0,
        event.at(),
        CERTIFICATE_LIFECYCLE,
        "pending_queue",
        client(event.protocol()),
        SYSTEM,
        "endpoint",
        clean(event.endpoint()),
        "full",
        "approval_queue_full",
        clean(event.endpoint()),
        "",
        details);
  }

  /// What an event tells that is always followed by one that tells everything: the key and the name
  /// that a certificate is intended for, and who certifies them.
  private static SequencedMap<String, String> essence(EnrollmentFacts facts) {
    var details = new LinkedHashMap<String, String>();
    put(details, "device", facts.device());
    put(details, "subject", facts.subject());
    put(details, "subject_key_sha256", facts.subjectKeyDigest());
    put(details, "signer_key_differs", facts.isSignedByAnotherKey() ? "true" : "");
    put(details, "issuer_id", facts.issuerId());
    put(details, "profile_id", facts.profileId());
    put(details, "request_id", facts.origin().requestId());
    return details;
  }

  private static SequencedMap<String, String> details(EnrollmentFacts facts) {
    var details = new LinkedHashMap<String, String>();
    put(details, "device", facts.device());
    put(details, "subject", facts.subject());
    put(details, "sans", joined(facts.subjectAltNames()));
    put(details, "subject_key_sha256", facts.subjectKeyDigest());
    put(details, "requester_key_sha256", facts.requesterKeyDigest());
    put(details, "signer_key_differs", facts.isSignedByAnotherKey() ? "true" : "");
    put(details, "issuer_id", facts.issuerId());
    put(details, "profile_id", facts.profileId());
    put(details, "renews", facts.renews());
    put(details, "transaction_id", facts.transactionId());
    put(details, "protocol", facts.protocol());
    origin(details, facts.origin());
    facts.evidence().forEach((key, value) -> put(details, key, value));
    return details;
  }

  private static AuditEntry reused(AuditEvent.ChallengeReused event) {
    var details = details(event.facts());
    put(details, "explanation", event.explanation());
    return new AuditEntry(
        0,
        event.at(),
        AUTHENTICATION,
        ONE_TIME_CHALLENGE,
        client(event.facts().protocol()),
        SYSTEM,
        CHALLENGE,
        clean(event.challengeId()),
        "breach",
        "challenge_reused",
        clean(event.facts().endpoint()),
        clean(event.facts().transactionId()),
        details);
  }

  private static AuditEntry challenge(
      Instant at,
      String actor,
      String outcome,
      String challengeId,
      String endpoint,
      SequencedMap<String, String> details) {
    return new AuditEntry(
        0,
        at,
        AUTHENTICATION,
        ONE_TIME_CHALLENGE,
        clean(actor),
        USER,
        CHALLENGE,
        clean(challengeId),
        outcome,
        "",
        clean(endpoint),
        "",
        details);
  }

  private static AuditEntry rejected(AuditEvent.MessageRejected event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "requester", event.requester());
    put(details, "transaction_id", event.transactionId());
    put(details, "protocol", event.protocol());
    origin(details, event.origin());
    put(details, "reason", event.reason());
    return new AuditEntry(
        0,
        event.at(),
        CERTIFICATE_LIFECYCLE,
        clean(event.protocol().toLowerCase(Locale.ROOT)) + "_message",
        client(event.protocol()),
        SYSTEM,
        "message",
        "",
        "rejected",
        clean(event.reason()),
        clean(event.endpoint()),
        clean(event.transactionId()),
        details);
  }

  private static AuditEntry revocation(AuditEvent.RevocationChanged event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "serial", event.serialNumber());
    put(details, "subject", event.subject());
    put(details, "device", event.device());
    put(details, "issuer_id", event.issuerId());
    put(details, "revocation_reason", event.revocationReason());
    put(details, "note", event.note());
    return new AuditEntry(
        0,
        event.at(),
        CERTIFICATE_LIFECYCLE,
        "cert_revocation",
        clean(event.actor().name()),
        clean(event.actor().type()),
        "certificate",
        clean(event.serialNumber()),
        event.outcome(),
        "",
        "",
        "",
        details);
  }

  private static AuditEntry crl(AuditEvent.CrlIssued event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "issuer_id", event.issuerId());
    put(details, "crl", event.crl());
    put(details, "crl_number", event.number());
    put(details, "entries", event.entries());
    put(details, "next_update", event.nextUpdate().toString());
    return new AuditEntry(
        0,
        event.at(),
        CERTIFICATE_LIFECYCLE,
        "crl",
        "certctl",
        SYSTEM,
        "crl",
        clean(event.number()),
        "issued",
        "",
        "",
        "",
        details);
  }

  private static AuditEntry rollover(AuditEvent.CaRollover event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "subject", event.subject());
    put(details, "fingerprint_sha256", event.fingerprint());
    put(details, "activate_at", event.activateAt());
    return keeping(
        event.at(), "ca_rollover", event.actor(), "ca", event.issuerId(), event.step(), details);
  }

  private static AuditEntry sharedKey(AuditEvent.SharedKeyChanged event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "fingerprint_sha256", event.fingerprint());
    return keeping(
        event.at(),
        "shared_key",
        event.actor(),
        event.kind(),
        event.name(),
        event.outcome(),
        details);
  }

  private static AuditEntry reloaded(AuditEvent.MaterialReloaded event) {
    var details = new LinkedHashMap<String, String>();
    put(details, "explanation", event.explanation());
    return new AuditEntry(
        0,
        event.at(),
        CONFIGURATION,
        "reload",
        clean(event.actor().name()),
        clean(event.actor().type()),
        clean(event.kind()),
        clean(event.name()),
        event.outcome(),
        "",
        "",
        "",
        details);
  }

  private static AuditEntry backup(
      Instant at, Actor actor, String outcome, SequencedMap<String, String> details) {
    return keeping(at, "backup", actor, "data", "", outcome, details);
  }

  /// What somebody does to the server itself.
  private static AuditEntry keeping(
      Instant at,
      String action,
      Actor actor,
      String resourceType,
      String resourceId,
      String outcome,
      SequencedMap<String, String> details) {
    return new AuditEntry(
        0,
        at,
        SYSTEM,
        action,
        clean(actor.name()),
        clean(actor.type()),
        resourceType,
        clean(resourceId),
        outcome,
        "",
        "",
        "",
        details);
  }

  private static AuditEntry server(Instant at, String outcome, String version) {
    var details = new LinkedHashMap<String, String>();
    put(details, "version", version);
    return system(at, "server", "server", outcome, details);
  }

  /// What the server did by itself.
  private static AuditEntry system(
      Instant at,
      String action,
      String resourceType,
      String outcome,
      SequencedMap<String, String> details) {
    return new AuditEntry(
        0, at, SYSTEM, action, "certctl", SYSTEM, resourceType, "", outcome, "", "", "", details);
  }

  private static void origin(SequencedMap<String, String> details, Origin origin) {
    put(details, "source_address", origin.sourceAddress());
    put(details, "user_agent", origin.userAgent());
    put(details, "client_certificate", origin.clientCertificate());
    put(details, "request_id", origin.requestId());
  }

  private static String client(String protocol) {
    return clean(protocol.toLowerCase(Locale.ROOT)) + "-client";
  }

  /// Names joined by commas; a comma or backslash inside a name is escaped by a backslash.
  private static String joined(List<String> names) {
    return names.stream()
        .map(name -> name.replace("\\", "\\\\").replace(",", "\\,"))
        .collect(Collectors.joining(","));
  }

  static void put(SequencedMap<String, String> details, String key, String value) {
    if (!value.isEmpty()) {
      details.put(key, clean(value));
    }
  }

  /// What requesters send is cut and made printable, so that no text can break a line or fail to
  /// encode.
  static String clean(String text) {
    return Names.printable(
        text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS));
  }
}
