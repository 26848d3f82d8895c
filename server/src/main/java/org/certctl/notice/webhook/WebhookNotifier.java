package org.certctl.notice.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.certctl.notice.DeliveryResult;
import org.certctl.notice.DeliveryResult.Delivered;
import org.certctl.notice.DeliveryResult.Refused;
import org.certctl.notice.DeliveryResult.TryLater;
import org.certctl.notice.Notice;
import org.certctl.notice.Notifier;
import org.certctl.notice.Target;
import org.certctl.outbound.HttpAnswer;
import org.certctl.outbound.HttpCall;
import org.certctl.outbound.OutboundClient;
import org.certctl.outbound.OutboundException;

/// Posts notices as JSON, signed as the Standard Webhooks specification says: `webhook-id`,
/// `webhook-timestamp` (seconds since 1970), and `webhook-signature`, which is `v1,` and base64 of
/// HMAC-SHA-256 over id, timestamp and body with dots between them.
///
/// Redirects are not followed: what is posted is meant for one address.
public final class WebhookNotifier implements Notifier {

  /// Its name in targets.
  public static final String NAME = "webhook";

  private static final int OK_FROM = 200;
  private static final int REDIRECT_FROM = 300;
  private static final int CLIENT_ERROR_FROM = 400;
  private static final int SERVER_ERROR_FROM = 500;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_EARLY = 425;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MAX_WAIT_DIGITS = 9;

  private final WebhookSettings settings;
  private final OutboundClient client;
  private final Clock clock;

  /// @param settings where to
  /// @param client posts; stays its owner's
  /// @param clock the server's clock, for the time in signatures
  public WebhookNotifier(WebhookSettings settings, OutboundClient client, Clock clock) {
    this.settings = settings;
    this.client = client;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Target> targets() {
    return List.of(new Target(NAME, ""));
  }

  @Override
  public DeliveryResult deliver(Notice notice, Target target) {
    byte[] body = NoticeJson.encode(notice);
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    HttpCall call =
        HttpCall.post(settings.uri(), body)
            .with("Content-Type", "application/json")
            .with("User-Agent", "certctl")
            .with("webhook-id", notice.id())
            .with("webhook-timestamp", timestamp)
            .with("webhook-signature", "v1," + signature(notice.id(), timestamp, body));
    try {
      return judge(client.send(call));
    } catch (OutboundException e) {
      return new TryLater(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new TryLater("the exchange broke");
    }
  }

  private String signature(String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(settings.secret().revealUtf8(), "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
    }
  }

  private static DeliveryResult judge(HttpAnswer answer) {
    int status = answer.status();
    if (status >= OK_FROM && status < REDIRECT_FROM) {
      return new Delivered();
    }
    String reason = "answered with HTTP status " + status;
    if (status >= REDIRECT_FROM && status < CLIENT_ERROR_FROM) {
      return new Refused(reason + "; redirects are not followed");
    }
    boolean passing =
        status >= SERVER_ERROR_FROM
            || status == REQUEST_TIMEOUT
            || status == TOO_EARLY
            || status == TOO_MANY_REQUESTS;
    return passing ? new TryLater(reason, retryAfter(answer)) : new Refused(reason);
  }

  /// The wait that the other side asks for, in seconds (RFC 9110, section 10.2.3); its other form,
  /// a date, is taken for no wish.
  private static Optional<Duration> retryAfter(HttpAnswer answer) {
    return answer
        .field("Retry-After")
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1," + MAX_WAIT_DIGITS + "}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }
}
