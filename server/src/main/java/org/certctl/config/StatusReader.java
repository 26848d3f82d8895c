package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyLocation;
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
    CrlRules crl = crl(reader, problems);
    int partitions = reader.value(CrlOptions.PARTITIONS);
    if (publicUrl.isEmpty() && crl.deltas().enabled()) {
      needsPublicUrl(
          CrlOptions.DELTA_ENABLED, true, "no CRL could say where its delta is", problems);
    }
    if (publicUrl.isEmpty() && partitions > 0) {
      needsPublicUrl(
          CrlOptions.PARTITIONS, partitions, "no certificate could name its CRL", problems);
    }
    return new StatusSettings(publicUrl, crl, partitions, ocsp(reader, problems));
  }

  private static <T> void needsPublicUrl(
      Option<T> option, T value, String reason, Problems problems) {
    problems.error(
        option.name(),
        option.type().display(value),
        "without " + Options.PUBLIC_URL.name() + " " + reason,
        "set " + Options.PUBLIC_URL.name() + " too");
  }

  private static CrlRules crl(OptionReader reader, Problems problems) {
    Duration interval = reader.value(CrlOptions.GENERATION_INTERVAL);
    Duration validity = reader.value(CrlOptions.VALIDITY);
    boolean onRevocation = reader.value(CrlOptions.ON_REVOCATION);
    CrlRules.Deltas deltas = deltas(reader, problems);
    if (validity.compareTo(interval.multipliedBy(2)) < 0) {
      problems.error(
          CrlOptions.VALIDITY.name(),
          CrlOptions.VALIDITY.type().display(validity),
          "it is less than twice " + CrlOptions.GENERATION_INTERVAL.name(),
          "make it longer, or the interval shorter");
      return CrlRules.defaults();
    }
    return new CrlRules(interval, validity, onRevocation, deltas);
  }

  private static CrlRules.Deltas deltas(OptionReader reader, Problems problems) {
    boolean enabled = reader.value(CrlOptions.DELTA_ENABLED);
    Duration interval = reader.value(CrlOptions.DELTA_INTERVAL);
    Duration validity = reader.value(CrlOptions.DELTA_VALIDITY);
    if (validity.compareTo(interval.multipliedBy(2)) < 0) {
      problems.error(
          CrlOptions.DELTA_VALIDITY.name(),
          CrlOptions.DELTA_VALIDITY.type().display(validity),
          "it is less than twice " + CrlOptions.DELTA_INTERVAL.name(),
          "make it longer, or the interval shorter");
      return CrlRules.Deltas.defaults();
    }
    return new CrlRules.Deltas(enabled, interval, validity);
  }

  private static OcspSettings ocsp(OptionReader reader, Problems problems) {
    boolean enabled = reader.value(OcspOptions.ENABLED);
    Duration validity = reader.value(OcspOptions.VALIDITY);
    Duration lifetime = reader.value(OcspOptions.RESPONDER_VALIDITY);
    Duration renewBefore = reader.value(OcspOptions.RESPONDER_ROTATION_GRACE);
    KeyType keyType = reader.value(OcspOptions.RESPONDER_KEY);
    Optional<Path> keyDirectory =
        reader.optionalPath(OcspOptions.RESPONDER_KEY_DIR, OcspOptions.RESPONDER_KEY_DIR.name());
    Optional<KeyLocation> suppliedKey = suppliedKey(reader, problems);
    int requestsPerMinute = reader.value(OcspOptions.RATE_LIMIT_PER_IP_MIN);
    if (renewBefore.compareTo(lifetime) >= 0) {
      problems.error(
          OcspOptions.RESPONDER_ROTATION_GRACE.name(),
          OcspOptions.RESPONDER_ROTATION_GRACE.type().display(renewBefore),
          "it is not less than " + OcspOptions.RESPONDER_VALIDITY.name(),
          "make it shorter, or the validity longer");
      return OcspSettings.defaults();
    }
    return new OcspSettings(
        enabled,
        validity,
        new RaSchedule(lifetime, renewBefore, Duration.ZERO),
        keyType,
        suppliedKey,
        keyDirectory,
        requestsPerMinute);
  }

  private static Optional<KeyLocation> suppliedKey(OptionReader reader, Problems problems) {
    String option = OcspOptions.RESPONDER_KEY_PATH.name();
    String password = OcspOptions.RESPONDER_KEY_PASSWORD.name();
    Optional<KeyLocation> key =
        reader.optionalKey(
            OcspOptions.RESPONDER_KEY_PATH, option, OcspOptions.RESPONDER_KEY_PASSWORD, password);
    String kind = OcspOptions.RESPONDER_KEY.name();
    if (key.isPresent() && reader.origin(kind).filter(Origin.DEFAULT::equals).isEmpty()) {
      problems.error(
          kind,
          "it says which keys certctl makes, but " + option + " names one of yours",
          "set only one of the two");
    }
    return key;
  }
}
