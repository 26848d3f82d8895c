package org.certctl.config;

import java.time.Duration;
import java.util.Optional;
import org.certctl.enroll.ApprovalRules;

/// The options of manual approval; part of the catalogue in {@link Options}.
final class ApprovalOptions {

  static final Option<Duration> TIMEOUT =
      new Option<>(
          "CERTCTL_JOB_AWAITING_APPROVAL_TIMEOUT",
          Section.SCEP,
          ValueTypes.duration(Duration.ofMinutes(1), Duration.ofDays(90)),
          Optional.of(ApprovalRules.off().timeout()),
          "How long a request waits for a human before it is refused, and, once it is approved, for"
              + " the CA.",
          "72h");

  static final Option<ApprovalRules.Mode> MODE =
      new Option<>(
          "APPROVAL",
          Section.SCEP_PROFILE,
          ValueTypes.oneOf(ApprovalRules.Mode.class),
          Optional.of(ApprovalRules.off().mode()),
          "Which new enrollments wait for a human (`certctl pending`): `none`; `required`, all that"
              + " their challenge authorises; or `without-challenge`, those that carry no challenge"
              + " at all, which are refused otherwise. Renewals do not wait.",
          "required");

  static final Option<Integer> MAX_PENDING =
      new Option<>(
          "APPROVAL_MAX_PENDING",
          Section.SCEP_PROFILE,
          ValueTypes.integer(1, 100_000),
          Optional.of(ApprovalRules.off().maxPending()),
          "How many requests may wait for a human; further ones are told to try again later.",
          "200");

  static final Option<Integer> MAX_PENDING_PER_ADDRESS =
      new Option<>(
          "APPROVAL_MAX_PENDING_PER_ADDRESS",
          Section.SCEP_PROFILE,
          ValueTypes.integer(1, 100_000),
          Optional.of(ApprovalRules.off().maxPendingPerAddress()),
          "How many of them may have come from one source address.",
          "1000");

  private ApprovalOptions() {}
}
