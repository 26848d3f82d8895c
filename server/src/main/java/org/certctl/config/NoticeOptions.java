package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.secret.Secret;

/// The options of notices, a part of the catalogue.
final class NoticeOptions {

  static final Option<List<Duration>> THRESHOLDS =
      new Option<>(
          "CERTCTL_EXPIRY_THRESHOLDS",
          Section.NOTICES,
          NoticeValueTypes.thresholds(),
          Optional.of(NoticeSettings.defaults().expiry().thresholds()),
          "How long before their ends certificates are told of: those of the server and those that it"
              + " trusts each on its own, issued ones together.",
          "60d,30d,7d");

  static final Option<Secret> WEBHOOK_URL =
      new Option<>(
          "CERTCTL_WEBHOOK_URL",
          Section.NOTICES,
          NoticeValueTypes.webhookUrl(),
          Optional.empty(),
          "Where notices are posted as JSON; nowhere when empty. Treated as a secret, since such URLs"
              + " often have a token in them.",
          "https://alerts.example.com/certctl");

  static final Option<Secret> WEBHOOK_SECRET =
      new Option<>(
          "CERTCTL_WEBHOOK_SECRET",
          Section.NOTICES,
          ValueTypes.secret(),
          Optional.empty(),
          "The key that posted notices are signed with (HMAC-SHA-256), so that the receiver can tell"
              + " them from forged ones. Required with `CERTCTL_WEBHOOK_URL`.",
          "(random)");

  static final Option<String> SMTP_HOST =
      new Option<>(
          "CERTCTL_SMTP_HOST",
          Section.NOTICES,
          ValueTypes.host(),
          Optional.empty(),
          "The mail server that notices are handed to; no mail when empty.",
          "smtp.example.com");

  static final Option<Integer> SMTP_PORT =
      new Option<>(
          "CERTCTL_SMTP_PORT",
          Section.NOTICES,
          ValueTypes.port(),
          Optional.of(587),
          "Its port. On 465 TLS is spoken from the start, on any other STARTTLS is required.",
          "465");

  static final Option<String> SMTP_USERNAME =
      new Option<>(
          "CERTCTL_SMTP_USERNAME",
          Section.NOTICES,
          NoticeValueTypes.username(),
          Optional.empty(),
          "The user that the mail server knows; none when empty.",
          "certctl");

  static final Option<Secret> SMTP_PASSWORD =
      new Option<>(
          "CERTCTL_SMTP_PASSWORD",
          Section.NOTICES,
          NoticeValueTypes.foreignSecret(),
          Optional.empty(),
          "That user's password. Never sent without TLS.",
          "(secret)");

  static final Option<String> SMTP_FROM_ADDRESS =
      new Option<>(
          "CERTCTL_SMTP_FROM_ADDRESS",
          Section.NOTICES,
          NoticeValueTypes.address(),
          Optional.empty(),
          "The sender's address. Required with `CERTCTL_SMTP_HOST`.",
          "certctl@example.com");

  static final Option<Boolean> SMTP_USE_TLS =
      new Option<>(
          "CERTCTL_SMTP_USE_TLS",
          Section.NOTICES,
          ValueTypes.bool(),
          Optional.of(true),
          "Whether TLS is required. With `false`, mail goes out in the clear, and a password is not"
              + " allowed.",
          "true");

  static final Option<List<String>> DIGEST_RECIPIENTS =
      new Option<>(
          "CERTCTL_DIGEST_RECIPIENTS",
          Section.NOTICES,
          NoticeValueTypes.addresses(),
          Optional.of(List.of()),
          "Whom notices are mailed to, with or without the digest. Required with"
              + " `CERTCTL_SMTP_HOST`.",
          "pki@example.com,ops@example.com");

  static final Option<Boolean> DIGEST_ENABLED =
      new Option<>(
          "CERTCTL_DIGEST_ENABLED",
          Section.NOTICES,
          ValueTypes.bool(),
          Optional.of(NoticeSettings.defaults().digest()),
          "Whether the recipients also get a digest of how all certificates stand, when nothing is due"
              + " too.",
          "true");

  static final Option<Duration> DIGEST_INTERVAL =
      new Option<>(
          "CERTCTL_DIGEST_INTERVAL",
          Section.NOTICES,
          ValueTypes.duration(Duration.ofSeconds(30), Duration.ofDays(31)),
          Optional.of(NoticeSettings.defaults().expiry().interval()),
          "How often the digest is sent, and how often at most issued certificates are told of, in one"
              + " notice for all of them.",
          "7d");

  static final Option<Duration> RETRY_INTERVAL =
      new Option<>(
          "CERTCTL_NOTIFICATION_RETRY_INTERVAL",
          Section.NOTICES,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Optional.of(NoticeSettings.defaults().retry().firstWait()),
          "How long delivery waits after its first failure. Each further wait is twice as long, up to"
              + " an hour; after three days it is given up, sooner after plain refusals.",
          "1m");

  static final Option<Path> CA_PATH =
      new Option<>(
          "CERTCTL_NOTIFICATION_CA_PATH",
          Section.NOTICES,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the CAs that the webhook's and the mail server's TLS certificates may come from, and no"
              + " others; when empty, those that Java knows.",
          "/etc/certctl/office-ca.pem");

  /// All of them, in the order of the reference.
  static final List<Option<?>> ALL =
      List.of(
          THRESHOLDS,
          WEBHOOK_URL,
          WEBHOOK_SECRET,
          SMTP_HOST,
          SMTP_PORT,
          SMTP_USERNAME,
          SMTP_PASSWORD,
          SMTP_FROM_ADDRESS,
          SMTP_USE_TLS,
          DIGEST_RECIPIENTS,
          DIGEST_ENABLED,
          DIGEST_INTERVAL,
          RETRY_INTERVAL,
          CA_PATH);

  private NoticeOptions() {}
}
