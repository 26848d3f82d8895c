package org.certctl.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
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
    Duration interval = reader.value(CrlOptions.GENERATION_INTERVAL);
    Duration validity = reader.value(CrlOptions.VALIDITY);
    boolean onRevocation = reader.value(CrlOptions.ON_REVOCATION);
    if (validity.compareTo(interval.multipliedBy(2)) < 0) {
      problems.error(
          CrlOptions.VALIDITY.name(),
          CrlOptions.VALIDITY.type().display(validity),
          "it is less than twice " + CrlOptions.GENERATION_INTERVAL.name(),
          "make it longer, or the interval shorter");
      return new StatusSettings(publicUrl, CrlRules.defaults());
    }
    return new StatusSettings(publicUrl, new CrlRules(interval, validity, onRevocation));
  }
}
