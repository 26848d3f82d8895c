package org.certctl.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The part of the catalogue that is about notices.
final class NoticeCatalogue {

  private NoticeCatalogue() {}

  static AuditEntry expiry(AuditEvent.ExpiryNoticed event) {
    var details = new LinkedHashMap<String, String>();
    AuditCatalogue.put(details, "serial", event.serialNumber());
    AuditCatalogue.put(details, "use", event.use());
    AuditCatalogue.put(details, "subject", event.subject());
    AuditCatalogue.put(details, "fingerprint_sha256", event.fingerprint());
    AuditCatalogue.put(details, "not_after", event.notAfter().toString());
    AuditCatalogue.put(details, "threshold", event.threshold());
    AuditCatalogue.put(details, "notice_id", event.noticeId());
    return noticed(event.at(), "certificate", event.serialNumber(), "", details);
  }

  static AuditEntry issuedExpiry(AuditEvent.IssuedExpiryNoticed event) {
    var details = new LinkedHashMap<String, String>();
    AuditCatalogue.put(details, "threshold", event.threshold());
    AuditCatalogue.put(details, "count", event.count());
    AuditCatalogue.put(details, "notice_id", event.noticeId());
    return noticed(event.at(), "endpoint", event.endpoint(), event.endpoint(), details);
  }

  private static AuditEntry noticed(
      Instant at,
      String resourceType,
      String resourceId,
      String endpoint,
      SequencedMap<String, String> details) {
    return new AuditEntry(
        0,
        at,
        AuditCatalogue.CERTIFICATE_LIFECYCLE,
        "expiry_notice",
        "certctl",
        AuditCatalogue.SYSTEM,
        resourceType,
        AuditCatalogue.clean(resourceId),
        "noticed",
        "",
        AuditCatalogue.clean(endpoint),
        "",
        details);
  }

  static AuditEntry delivery(AuditEvent.NoticeDelivery event) {
    var details = new LinkedHashMap<String, String>();
    AuditCatalogue.put(details, "kind", event.kind());
    AuditCatalogue.put(details, "target", event.target());
    AuditCatalogue.put(details, "attempts", event.attempts());
    AuditCatalogue.put(details, "explanation", event.explanation());
    return new AuditEntry(
        0,
        event.at(),
        AuditCatalogue.SYSTEM,
        "notice_delivery",
        AuditCatalogue.clean(event.actor().name()),
        AuditCatalogue.clean(event.actor().type()),
        "notice",
        AuditCatalogue.clean(event.noticeId()),
        event.outcome(),
        "",
        "",
        "",
        details);
  }
}
