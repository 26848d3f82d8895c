package org.certctl.scep.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads method and raw query of an HTTP request to a SCEP endpoint (RFC 8894, section 4.1).
///
/// It works on the query as it came, because the form rule that a plus sign means a blank destroys
/// messages. Unknown parameters are ignored.
public final class ScepQuery {
  private static final String ALLOWED_METHODS = "GET, POST";

  private @Nullable String operation;
  private @Nullable String message;
  private boolean repeated;

  private ScepQuery() {}

  /// The call that a request makes.
  ///
  /// @param method the HTTP method
  /// @param rawQuery the query without its question mark, not decoded; null when there is none
  /// @param hasBody whether the request has a body that is not empty
  public static ScepCall parse(String method, @Nullable String rawQuery, boolean hasBody) {
    boolean post = method.equals("POST");
    if (!post && !method.equals("GET")) {
      return new ScepCall.HttpRejection(
          405, "This endpoint takes GET and POST.", Optional.of(ALLOWED_METHODS));
    }
    String raw = rawQuery == null ? "" : rawQuery;
    if (raw.indexOf(';') >= 0) {
      return badRequest("Parameters are separated by an ampersand.");
    }
    var query = new ScepQuery();
    for (String parameter : raw.split("&", -1)) {
      query.take(parameter);
    }
    if (query.repeated) {
      return badRequest("A parameter occurs twice.");
    }
    return post ? query.post(hasBody) : query.get();
  }

  private void take(String parameter) {
    int equals = parameter.indexOf('=');
    String rawName = equals < 0 ? parameter : parameter.substring(0, equals);
    String rawValue = equals < 0 ? "" : parameter.substring(equals + 1);
    byte[] name = percentDecoded(rawName);
    if (name == null) {
      return;
    }
    switch (new String(name, ISO_8859_1)) {
      case "operation" -> {
        repeated |= operation != null;
        operation = rawValue;
      }
      case "message" -> {
        repeated |= message != null;
        message = rawValue;
      }
      default -> {
        // Requesters and proxies add parameters of their own.
      }
    }
  }

  private ScepCall post(boolean hasBody) {
    if (operation != null && !"PKIOperation".equals(text(operation))) {
      return badRequest("POST is for PKIOperation only.");
    }
    return hasBody ? new ScepCall.PkiOperationPost() : badRequest("The message is missing.");
  }

  private ScepCall get() {
    if (operation == null) {
      return badRequest("The operation is missing.");
    }
    return switch (text(operation)) {
      case "GetCACaps" -> new ScepCall.GetCaCaps();
      case "GetCACert" -> new ScepCall.GetCaCert(identifier());
      case "GetNextCACert" -> new ScepCall.GetNextCaCert(identifier());
      case "PKIOperation" -> pkiOperation();
      default -> badRequest("The operation is unknown.");
    };
  }

  private ScepCall pkiOperation() {
    byte[] decoded = message == null ? null : percentDecoded(message);
    byte[] bytes = decoded == null ? null : base64Decoded(decoded);
    if (bytes == null || bytes.length == 0) {
      return badRequest("The message is missing or not base64.");
    }
    return new ScepCall.PkiOperationGet(bytes);
  }

  private @Nullable String identifier() {
    return message == null || message.isEmpty() ? null : text(message);
  }

  /// The decoded text; the raw one if it cannot be decoded.
  private static String text(String raw) {
    byte[] octets = percentDecoded(raw);
    return octets == null ? raw : new String(octets, UTF_8);
  }

  private static ScepCall badRequest(String text) {
    return new ScepCall.HttpRejection(400, text, Optional.empty());
  }

  /// Undoes percent encoding (RFC 3986, section 2.1); null if malformed or not ASCII.
  private static byte @Nullable [] percentDecoded(String raw) {
    var octets = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c > '~') {
        return null;
      }
      if (c != '%') {
        octets.write(c);
        continue;
      }
      boolean complete = i + 2 < raw.length();
      int high = complete ? hexDigit(raw.charAt(i + 1)) : -1;
      int low = complete ? hexDigit(raw.charAt(i + 2)) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      octets.write(high << 4 | low);
      i += 2;
    }
    return octets.toByteArray();
  }

  private static int hexDigit(char c) {
    return c <= 'f' ? Character.digit(c, 16) : -1;
  }

  /// Decodes base64 as requesters and proxies leave it: either alphabet, a blank for a plus sign,
  /// with line ends, with or without padding; null for anything else.
  private static byte @Nullable [] base64Decoded(byte[] encoded) {
    byte[] clean = new byte[encoded.length];
    int length = 0;
    boolean padded = false;
    for (byte octet : encoded) {
      byte repaired =
          switch (octet) {
            case ' ', '-' -> '+';
            case '_' -> '/';
            default -> octet;
          };
      if (repaired == '\r' || repaired == '\n' || repaired == '\t') {
        continue;
      }
      if (repaired == '=') {
        padded = true;
      } else if (padded) {
        return null;
      } else {
        clean[length++] = repaired;
      }
    }
    try {
      return Base64.getDecoder().decode(java.util.Arrays.copyOf(clean, length));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
