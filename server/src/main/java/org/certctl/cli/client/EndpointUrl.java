package org.certctl.cli.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.certctl.cli.CommandFailedException;

/// The address of a SCEP endpoint as people type it.
public final class EndpointUrl {

  private EndpointUrl() {}

  /// Reads an address.
  ///
  /// @throws CommandFailedException for wrong usage, with what would be right
  public static URI parse(String text) throws CommandFailedException {
    URI url;
    try {
      url = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw CommandFailedException.usage("the URL cannot be read: " + e.getReason());
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw CommandFailedException.usage(
          "the URL begins with http:// or https://, for example https://scep.example.com/scep");
    }
    if (url.getHost() == null) {
      throw CommandFailedException.usage("the URL has no host: " + text);
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw CommandFailedException.usage(
          "leave out what follows the path; operation and message are added here");
    }
    if (url.getRawUserInfo() != null) {
      throw CommandFailedException.usage("SCEP knows no login; leave out what precedes the host");
    }
    return url.getRawPath().isEmpty() ? url.resolve("/") : url;
  }
}
