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
  private static final String CERTIFICATE_LIFECYCLE = "cert_lifecycle";
  private static final String SYSTEM = "system";

  private AuditCatalogue() {}

  static AuditEntry entry(AuditEvent event) {
    return switch (event) {
      case AuditEvent.EnrollmentIntended e ->
          enrollment(e.at(), e.facts(), "intended", e.serialNumber(), "", details(e.facts()));
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
      case AuditEvent.EnrollmentReleased e -> {
        var details = details(e.facts());
        put(details, "explanation", e.explanation());
        yield enrollment(e.at(), e.facts(), "released", e.serialNumber(), e.reason(), details);
      }
      case AuditEvent.MessageRejected e -> rejected(e);
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
        clean(facts.action()),
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

  private static SequencedMap<String, String> details(EnrollmentFacts facts) {
    var details = new LinkedHashMap<String, String>();
    put(details, "device", facts.device());
    put(details, "subject", facts.subject());
    put(details, "sans", joined(facts.subjectAltNames()));
    put(details, "subject_key_sha256", facts.subjectKeyDigest());
    put(details, "requester_key_sha256", facts.requesterKeyDigest());
    put(details, "issuer_id", facts.issuerId());
    put(details, "profile_id", facts.profileId());
    put(details, "transaction_id", facts.transactionId());
    put(details, "protocol", facts.protocol());
    origin(details, facts.origin());
    return details;
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

  private static AuditEntry server(Instant at, String outcome, String version) {
    var details = new LinkedHashMap<String, String>();
    put(details, "version", version);
    return new AuditEntry(
        0, at, SYSTEM, "server", "certctl", SYSTEM, "server", "", outcome, "", "", "", details);
  }

  private static void origin(SequencedMap<String, String> details, Origin origin) {
    put(details, "source_address", origin.sourceAddress());
    put(details, "user_agent", origin.userAgent());
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

  private static void put(SequencedMap<String, String> details, String key, String value) {
    if (!value.isEmpty()) {
      details.put(key, clean(value));
    }
  }

  /// What requesters send is cut and made printable, so that no text can break a line or fail to
  /// encode.
  private static String clean(String text) {
    String cut = text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS);
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (c < ' ' || c > '~') {
        return Names.printable(cut);
      }
    }
    return cut;
  }
}
