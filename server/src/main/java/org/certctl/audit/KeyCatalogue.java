package org.certctl.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The part of the catalogue that is about the keys of RAs and OCSP responders.
final class KeyCatalogue {

  private static final String RA_KEY = "ra_key";
  private static final String OCSP_KEY = "ocsp_key";

  private KeyCatalogue() {}

  static AuditEntry raCertificate(AuditEvent.RaCertificateMade event) {
    var details =
        certificate(event.subject(), event.fingerprint(), event.issuerId(), event.notAfter());
    return key(event.at(), RA_KEY, "made", event.endpoint(), event.serialNumber(), details);
  }

  static AuditEntry ocspCertificate(AuditEvent.OcspCertificateMade event) {
    var details =
        certificate(event.subject(), event.fingerprint(), event.issuerId(), event.notAfter());
    return key(event.at(), OCSP_KEY, "made", "", event.serialNumber(), details);
  }

  private static SequencedMap<String, String> certificate(
      String subject, String fingerprint, String issuerId, Instant notAfter) {
    var details = new LinkedHashMap<String, String>();
    AuditCatalogue.put(details, "subject", subject);
    AuditCatalogue.put(details, "fingerprint_sha256", fingerprint);
    AuditCatalogue.put(details, "issuer_id", issuerId);
    AuditCatalogue.put(details, "not_after", notAfter.toString());
    return details;
  }

  /// A key that the server makes and destroys by itself.
  static AuditEntry raDestroyed(AuditEvent.RaKeyDestroyed event) {
    return key(
        event.at(),
        RA_KEY,
        "destroyed",
        event.endpoint(),
        event.serialNumber(),
        new LinkedHashMap<>());
  }

  static AuditEntry ocspDestroyed(AuditEvent.OcspKeyDestroyed event) {
    var details = new LinkedHashMap<String, String>();
    AuditCatalogue.put(details, "issuer_id", event.issuerId());
    return key(event.at(), OCSP_KEY, "destroyed", "", event.serialNumber(), details);
  }

  private static AuditEntry key(
      Instant at,
      String action,
      String outcome,
      String endpoint,
      String serialNumber,
      SequencedMap<String, String> details) {
    var all = new LinkedHashMap<String, String>();
    AuditCatalogue.put(all, "serial", serialNumber);
    all.putAll(details);
    return new AuditEntry(
        0,
        at,
        AuditCatalogue.SYSTEM,
        action,
        "certctl",
        AuditCatalogue.SYSTEM,
        "certificate",
        AuditCatalogue.clean(serialNumber),
        outcome,
        "",
        AuditCatalogue.clean(endpoint),
        "",
        all);
  }
}
