package org.certctl.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.retention.RetentionRules;

/// The options that say how long records are kept, a part of the catalogue, and how they are read.
final class RetentionOptions {

  private static final Duration MAX = Duration.ofDays(36_500);

  static final Option<Duration> ENROLLMENTS =
      new Option<>(
          "CERTCTL_RETENTION_ENROLLMENTS",
          Section.DATABASE,
          ValueTypes.duration(RetentionRules.MIN_ENROLLMENTS, MAX),
          Optional.empty(),
          "How long enrollments are kept after they were decided; for ever when empty. Certificates"
              + " and the audit trail stay (docs/scaling.md, \"Growth\").",
          "90d");

  static final Option<Duration> CERTIFICATES =
      new Option<>(
          "CERTCTL_RETENTION_CERTIFICATES",
          Section.DATABASE,
          ValueTypes.duration(RetentionRules.MIN_CERTIFICATES, MAX),
          Optional.empty(),
          "How long certificates are kept after their end, with their names, revocations and"
              + " enrollments; for ever when empty. OCSP no longer knows those that are gone. Longer"
              + " than any `RENEWAL_GRACE`.",
          "400d");

  static final List<Option<?>> ALL = List.of(ENROLLMENTS, CERTIFICATES);

  private RetentionOptions() {}

  static RetentionRules read(OptionReader reader) {
    return new RetentionRules(
        reader.optional(ENROLLMENTS, ENROLLMENTS.name()),
        reader.optional(CERTIFICATES, CERTIFICATES.name()));
  }

  /// What may still be renewed must be there.
  static void check(RetentionRules rules, ScepSettings scep, Problems problems) {
    for (ScepProfileSettings profile : scep.profiles()) {
      Duration grace = profile.renewal().rules().grace();
      rules
          .certificates()
          .filter(kept -> kept.compareTo(grace) <= 0)
          .ifPresent(
              kept ->
                  problems.error(
                      CERTIFICATES.name(),
                      CERTIFICATES.type().display(kept),
                      "the profile %s lets certificates be renewed for %s after their end"
                          .formatted(profile.name(), RenewalOptions.GRACE.type().display(grace)),
                      "make it longer than every RENEWAL_GRACE"));
    }
  }
}
