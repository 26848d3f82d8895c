package org.certctl.config;

import java.util.List;
import java.util.Optional;
import org.certctl.expiry.ExpiryRules;
import org.certctl.notice.RetryRules;
import org.certctl.notice.mail.MailSettings;
import org.certctl.notice.mail.MailSettings.Credentials;
import org.certctl.notice.mail.MailSettings.Encryption;
import org.certctl.notice.webhook.WebhookSettings;
import org.certctl.secret.Secret;

/// Reads what is said about notices.
final class NoticeReader {

  private final OptionReader reader;
  private final Problems problems;

  private NoticeReader(OptionReader reader, Problems problems) {
    this.reader = reader;
    this.problems = problems;
  }

  static NoticeSettings read(OptionReader reader, Problems problems) {
    return new NoticeReader(reader, problems).read();
  }

  private NoticeSettings read() {
    ExpiryRules expiry =
        new ExpiryRules(
            reader.value(NoticeOptions.THRESHOLDS), reader.value(NoticeOptions.DIGEST_INTERVAL));
    Optional<WebhookSettings> webhook = webhook();
    Optional<MailSettings> mail = mail();
    boolean digest = reader.value(NoticeOptions.DIGEST_ENABLED);
    if (digest && mail.isEmpty() && !problems.hasErrors()) {
      problems.error(
          NoticeOptions.DIGEST_ENABLED.name(),
          "true",
          "no mail is sent",
          "set " + NoticeOptions.SMTP_HOST.name() + ", or leave the digest off");
    }
    return new NoticeSettings(
        expiry,
        digest,
        RetryRules.after(reader.value(NoticeOptions.RETRY_INTERVAL)),
        webhook,
        mail,
        reader.optionalPath(NoticeOptions.CA_PATH, NoticeOptions.CA_PATH.name()));
  }

  private <T> Optional<T> optional(Option<T> option) {
    return reader.optional(option, option.name());
  }

  private Optional<WebhookSettings> webhook() {
    Optional<Secret> url = optional(NoticeOptions.WEBHOOK_URL);
    Optional<Secret> secret = optional(NoticeOptions.WEBHOOK_SECRET);
    requireBoth(NoticeOptions.WEBHOOK_URL, url, NoticeOptions.WEBHOOK_SECRET, secret);
    if (url.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    WebhookSettings settings = new WebhookSettings(url.get(), secret.get());
    if (settings.isPlain()) {
      problems.warning(
          NoticeOptions.WEBHOOK_URL.name(),
          "notices go out in the clear: others on the way can read and withhold them",
          "use https://");
    }
    return Optional.of(settings);
  }

  private void requireBoth(Option<?> one, Optional<?> of, Option<?> other, Optional<?> ofOther) {
    if (of.isPresent() && ofOther.isEmpty()) {
      requireWith(other, one);
    } else if (of.isEmpty() && ofOther.isPresent()) {
      requireWith(one, other);
    }
  }

  private void requireWith(Option<?> missing, Option<?> with) {
    problems.error(
        missing.name(), "it is required with " + with.name(), "set both or neither of them");
  }

  private Optional<MailSettings> mail() {
    Optional<String> host = optional(NoticeOptions.SMTP_HOST);
    int port = reader.value(NoticeOptions.SMTP_PORT);
    Optional<String> username = optional(NoticeOptions.SMTP_USERNAME);
    Optional<Secret> password = optional(NoticeOptions.SMTP_PASSWORD);
    Optional<String> from = optional(NoticeOptions.SMTP_FROM_ADDRESS);
    boolean tls = reader.value(NoticeOptions.SMTP_USE_TLS);
    List<String> recipients = reader.value(NoticeOptions.DIGEST_RECIPIENTS);
    requireBoth(NoticeOptions.SMTP_USERNAME, username, NoticeOptions.SMTP_PASSWORD, password);
    requireBoth(NoticeOptions.SMTP_HOST, host, NoticeOptions.SMTP_FROM_ADDRESS, from);
    requireBoth(
        NoticeOptions.SMTP_HOST,
        host,
        NoticeOptions.DIGEST_RECIPIENTS,
        recipients.stream().findFirst());
    if (!tls && password.isPresent()) {
      problems.error(
          NoticeOptions.SMTP_USE_TLS.name(),
          "false",
          "the password would go out in the clear",
          "set it to true, or leave out username and password");
    }
    if (host.isEmpty() || from.isEmpty() || recipients.isEmpty()) {
      return Optional.empty();
    }
    if (!tls) {
      problems.warning(
          NoticeOptions.SMTP_USE_TLS.name(),
          "false",
          "mail goes out in the clear: others on the way can read, alter and withhold it",
          "set it to true unless the mail server is on this machine");
    }
    return Optional.of(
        new MailSettings(
            host.get(),
            port,
            username.flatMap(user -> password.map(secret -> new Credentials(user, secret))),
            from.get(),
            Encryption.of(tls, port),
            recipients));
  }
}
