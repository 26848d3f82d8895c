package org.certctl.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyType;
import org.certctl.status.CrlRules;

/// Reads what is said about certificate status.
final class StatusReader {

  private StatusReader() {}

  static StatusSettings read(OptionReader reader, Problems problems) {
    Optional<String> publicUrl = reader.optional(Options.PUBLIC_URL, Options.PUBLIC_URL.name());
    publicUrl
        .filter(url -> url.toLowerCase(Locale.ROOT).startsWith("https:"))
        .ifPresent(
            url ->
                problems.warning(
                    Options.PUBLIC_URL.name(),
                    url,
                    "much software fetches CRLs by plain HTTP only",
                    "use http://: whoever fetches a CRL verifies its signature"));
    return new StatusSettings(publicUrl, crl(reader, problems), ocsp(reader, problems));
  }

  private static CrlRules crl(OptionReader reader, Problems problems) {
    Duration interval = reader.value(CrlOptions.GENERATION_INTERVAL);
    Duration validity = reader.value(CrlOptions.VALIDITY);
    boolean onRevocation = reader.value(CrlOptions.ON_REVOCATION);
    if (validity.compareTo(interval.multipliedBy(2)) < 0) {
      problems.error(
          CrlOptions.VALIDITY.name(),
          CrlOptions.VALIDITY.type().display(validity),
          "it is less than twice " + CrlOptions.GENERATION_INTERVAL.name(),
          "make it longer, or the interval shorter");
      return CrlRules.defaults();
    }
    return new CrlRules(interval, validity, onRevocation);
  }

  private static OcspSettings ocsp(OptionReader reader, Problems problems) {
    boolean enabled = reader.value(OcspOptions.ENABLED);
    Duration validity = reader.value(OcspOptions.VALIDITY);
    Duration lifetime = reader.value(OcspOptions.RESPONDER_VALIDITY);
    Duration renewBefore = reader.value(OcspOptions.RESPONDER_ROTATION_GRACE);
    KeyType keyType = reader.value(OcspOptions.RESPONDER_KEY);
    if (renewBefore.compareTo(lifetime) >= 0) {
      problems.error(
          OcspOptions.RESPONDER_ROTATION_GRACE.name(),
          OcspOptions.RESPONDER_ROTATION_GRACE.type().display(renewBefore),
          "it is not less than " + OcspOptions.RESPONDER_VALIDITY.name(),
          "make it shorter, or the validity longer");
      return OcspSettings.defaults();
    }
    return new OcspSettings(
        enabled, validity, new RaSchedule(lifetime, renewBefore, Duration.ZERO), keyType);
  }
}
