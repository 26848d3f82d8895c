package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;
import org.certctl.expiry.ExpiryRules;
import org.certctl.notice.RetryRules;
import org.certctl.notice.mail.MailSettings;
import org.certctl.notice.webhook.WebhookSettings;

/// What is told to people and programs outside, and how.
///
/// @param expiry how long before their ends certificates are told of
/// @param digest whether people are told how things stand, once in the interval of `expiry`
/// @param retry how long delivery is tried
/// @param webhook where notices are posted; absent when nowhere
/// @param mail how they are mailed; absent when they are not
/// @param authorities PEM: who vouches for the servers of both; absent for those that Java knows
public record NoticeSettings(
    ExpiryRules expiry,
    boolean digest,
    RetryRules retry,
    Optional<WebhookSettings> webhook,
    Optional<MailSettings> mail,
    Optional<Path> authorities) {

  /// Nobody is told.
  public static NoticeSettings defaults() {
    return new NoticeSettings(
        ExpiryRules.defaults(),
        false,
        RetryRules.defaults(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
