package org.certctl.setup;

import java.util.regex.Pattern;

/// The URL that a server is known by, as `CERTCTL_PUBLIC_URL` takes it.
public final class PublicUrl {

  private static final Pattern FORM =
      Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]{1,253}(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?");

  private PublicUrl() {}

  /// The URL itself, without a slash at its end.
  ///
  /// @throws IllegalArgumentException when it is none
  public static String of(String text) {
    String url = text.strip().replaceFirst("/+$", "");
    if (!FORM.matcher(url).matches()) {
      throw new IllegalArgumentException("--public-url takes a URL such as http://pki.example.com");
    }
    return url;
  }
}
