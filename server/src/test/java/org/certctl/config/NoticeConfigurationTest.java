package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.config.ConfigurationResult.Refused;
import org.certctl.config.ConfigurationResult.Usable;
import org.certctl.expiry.ExpiryRules;
import org.certctl.notice.RetryRules;
import org.certctl.notice.mail.MailSettings.Encryption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NoticeConfigurationTest extends ConfigurationFixture {

  private static final String URL = "https://alerts.example.com/hook?token=t0ken";
  private static final String SECRET = "webhook-secret-1";

  private void assertSaid(String key, String... words) {
    assertThat(result())
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.problems())
                    .filteredOn(Problem::isError)
                    .extracting(Problem::text)
                    .anySatisfy(text -> assertThat(text).contains(key).contains(words)));
  }

  private void webhook() {
    variables.put("CERTCTL_WEBHOOK_URL", URL);
    variables.put("CERTCTL_WEBHOOK_SECRET", SECRET);
  }

  private void mail() {
    variables.put("CERTCTL_SMTP_HOST", "smtp.example.com");
    variables.put("CERTCTL_SMTP_FROM_ADDRESS", "certctl@example.com");
    variables.put("CERTCTL_DIGEST_RECIPIENTS", "a@example.com, b@example.com");
  }

  @Test
  void tellsNobodyByDefault() {
    assertThat(usable().configuration().notices())
        .isEqualTo(
            new NoticeSettings(
                new ExpiryRules(
                    List.of(
                        Duration.ofDays(30),
                        Duration.ofDays(14),
                        Duration.ofDays(7),
                        Duration.ofDays(1)),
                    Duration.ofHours(24)),
                false,
                RetryRules.after(Duration.ofMinutes(2)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void mapsEveryOption() {
    webhook();
    mail();
    variables.put("CERTCTL_EXPIRY_THRESHOLDS", "12h, 60d,7d");
    variables.put("CERTCTL_SMTP_PORT", "465");
    variables.put("CERTCTL_SMTP_USERNAME", "user");
    variables.put("CERTCTL_SMTP_PASSWORD", "pw");
    variables.put("CERTCTL_DIGEST_ENABLED", "true");
    variables.put("CERTCTL_DIGEST_INTERVAL", "7d");
    variables.put("CERTCTL_NOTIFICATION_RETRY_INTERVAL", "10s");
    variables.put("CERTCTL_NOTIFICATION_CA_PATH", "office.pem");
    Usable usable = usable();
    NoticeSettings notices = usable.configuration().notices();
    assertThat(notices.expiry())
        .isEqualTo(
            new ExpiryRules(
                List.of(Duration.ofDays(60), Duration.ofDays(7), Duration.ofHours(12)),
                Duration.ofDays(7)));
    assertThat(notices.digest()).isTrue();
    assertThat(notices.retry()).isEqualTo(RetryRules.after(Duration.ofSeconds(10)));
    assertThat(notices.authorities()).contains(directory.resolve("office.pem"));
    assertThat(notices.webhook())
        .hasValueSatisfying(
            webhook -> {
              assertThat(webhook.url().revealText()).isEqualTo(URL);
              assertThat(webhook.secret().revealText()).isEqualTo(SECRET);
            });
    assertThat(notices.mail())
        .hasValueSatisfying(
            mail -> {
              assertThat(mail.host()).isEqualTo("smtp.example.com");
              assertThat(mail.port()).isEqualTo(465);
              assertThat(mail.encryption()).isEqualTo(Encryption.IMPLICIT_TLS);
              assertThat(mail.from()).isEqualTo("certctl@example.com");
              assertThat(mail.recipients()).containsExactly("a@example.com", "b@example.com");
              assertThat(mail.credentials().orElseThrow().username()).isEqualTo("user");
              assertThat(mail.credentials().orElseThrow().password().revealText()).isEqualTo("pw");
            });
    assertThat(usable.values().toString() + usable.configuration())
        .doesNotContain("t0ken", SECRET)
        .doesNotContain("=pw")
        .contains("(secret)");
  }

  @Test
  void wantsWhatBelongsTogether() {
    variables.put("CERTCTL_WEBHOOK_URL", URL);
    assertSaid("CERTCTL_WEBHOOK_SECRET", "required with CERTCTL_WEBHOOK_URL");
    variables.remove("CERTCTL_WEBHOOK_URL");
    variables.put("CERTCTL_WEBHOOK_SECRET", SECRET);
    assertSaid("CERTCTL_WEBHOOK_URL", "required with CERTCTL_WEBHOOK_SECRET");
    variables.remove("CERTCTL_WEBHOOK_SECRET");

    variables.put("CERTCTL_SMTP_HOST", "smtp.example.com");
    assertSaid("CERTCTL_SMTP_FROM_ADDRESS", "required with CERTCTL_SMTP_HOST");
    assertSaid("CERTCTL_DIGEST_RECIPIENTS", "required with CERTCTL_SMTP_HOST");
    variables.remove("CERTCTL_SMTP_HOST");
    variables.put("CERTCTL_DIGEST_RECIPIENTS", "a@example.com");
    assertSaid("CERTCTL_SMTP_HOST", "required with CERTCTL_DIGEST_RECIPIENTS");

    mail();
    variables.put("CERTCTL_SMTP_USERNAME", "user");
    assertSaid("CERTCTL_SMTP_PASSWORD", "required with CERTCTL_SMTP_USERNAME");
  }

  @Test
  void onlyPort465SpeaksTlsFromTheFirstOctet() {
    mail();
    assertThat(encryption()).isEqualTo(Encryption.START_TLS);
    variables.put("CERTCTL_SMTP_PORT", "25");
    assertThat(encryption()).isEqualTo(Encryption.START_TLS);
    variables.put("CERTCTL_SMTP_PORT", "465");
    assertThat(encryption()).isEqualTo(Encryption.IMPLICIT_TLS);
    variables.put("CERTCTL_SMTP_USE_TLS", "false");
    assertThat(encryption()).isEqualTo(Encryption.NONE);
  }

  private Encryption encryption() {
    return usable().configuration().notices().mail().orElseThrow().encryption();
  }

  @Test
  void sendsNoPasswordInTheClear() {
    mail();
    variables.put("CERTCTL_SMTP_USE_TLS", "false");
    assertThat(usable().warnings())
        .extracting(Problem::text)
        .anySatisfy(text -> assertThat(text).contains("CERTCTL_SMTP_USE_TLS", "in the clear"));
    variables.put("CERTCTL_SMTP_USERNAME", "user");
    variables.put("CERTCTL_SMTP_PASSWORD", "pw");
    assertSaid("CERTCTL_SMTP_USE_TLS", "password would go out in the clear");
  }

  @Test
  void aDigestWantsMail() {
    variables.put("CERTCTL_DIGEST_ENABLED", "true");
    assertSaid("CERTCTL_DIGEST_ENABLED", "no mail is sent", "CERTCTL_SMTP_HOST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a@",
        "@b",
        "a b@c",
        "a@b\r\nRCPT TO:<x@y>",
        "Ops <a@b.c>",
        "a@b,a@B",
        "a..b@c",
        "a@b,"
      })
  void refusesWhatIsNoAddress(String text) {
    mail();
    variables.put("CERTCTL_DIGEST_RECIPIENTS", text);
    assertSaid("CERTCTL_DIGEST_RECIPIENTS", "write");
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "0d", "366d", "30d,30d", "30d,", "x", "30s"})
  void refusesWhatIsNoThreshold(String text) {
    variables.put("CERTCTL_EXPIRY_THRESHOLDS", text);
    assertSaid("CERTCTL_EXPIRY_THRESHOLDS", "30d,14d,7d,1d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.example.com/t0ken", "ftp://a/t0ken", "https://u:t0ken@a/"})
  void refusesWhatIsNoUrlWithoutShowingIt(String text) {
    webhook();
    variables.put("CERTCTL_WEBHOOK_URL", text);
    assertSaid("CERTCTL_WEBHOOK_URL", "no http or https URL");
    assertThat(refused().problems().toString()).doesNotContain("t0ken");
  }

  @Test
  void notifiersThatAreNotThereAreUnknown() {
    variables.put("CERTCTL_SLACK_WEBHOOK_URL", "https://hooks.example.com/t0ken");
    assertSaid("CERTCTL_SLACK_WEBHOOK_URL", "no such option");
  }
}
