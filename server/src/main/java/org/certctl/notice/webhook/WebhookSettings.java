package org.certctl.notice.webhook;

import java.net.URI;
import java.util.Locale;
import org.certctl.secret.Secret;

/// Where notices are posted.
///
/// @param url `http` or `https` with a host; a secret, since such addresses often have a token in
///   them
/// @param secret the key of the signatures
public record WebhookSettings(Secret url, Secret secret) {

  /// @throws IllegalArgumentException when the URL is none that can be posted to
  public WebhookSettings {
    if (!isUsable(url.revealText())) {
      throw new IllegalArgumentException("not an http or https URL with a host");
    }
  }

  /// Whether a text is a URL that can be posted to.
  public static boolean isUsable(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return (scheme.equals("http") || scheme.equals("https"))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Whether others on the way can read and withhold what is posted.
  public boolean isPlain() {
    return url.revealText().regionMatches(true, 0, "http:", 0, "http:".length());
  }

  URI uri() {
    return URI.create(url.revealText());
  }
}
