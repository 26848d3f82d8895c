package org.certctl.keys.pkcs11;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The name of a private key on a token (RFC 7512): at least one attribute of the token, `object`
/// or `id` of the key, and the query attribute `module-path`.
///
/// Attributes that are not known here are refused: one that is not heeded could mean another key.
/// So is `pin-value`, which would put the PIN where configurations are kept and shown.
public final class Pkcs11Uri {

  private static final String SCHEME = "pkcs11:";
  private static final int MAX_CHARS = 2048;
  private static final Set<String> OF_TOKEN = Set.of("token", "manufacturer", "model", "serial");
  private static final Pattern PIN_VALUE =
      Pattern.compile("(pin-value=)[^&;]*", Pattern.CASE_INSENSITIVE);

  private final String text;
  private final TokenName token;
  private final ObjectName object;
  private final Path module;
  private final Optional<Path> pinSource;

  private Pkcs11Uri(
      String text, TokenName token, ObjectName object, Path module, Optional<Path> pinSource) {
    this.text = text;
    this.token = token;
    this.object = object;
    this.module = module;
    this.pinSource = pinSource;
  }

  /// Whether a text is meant to be such a URI.
  public static boolean isOne(String text) {
    return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /// The text without the PIN that must not be in it, to be shown.
  public static String withoutPin(String text) {
    return PIN_VALUE.matcher(text).replaceAll("$1…");
  }

  /// Reads a URI.
  ///
  /// @throws IllegalArgumentException when it cannot be used; the message says why, then after a
  ///   line break what to do
  public static Pkcs11Uri parse(String text) {
    if (!isOne(text) || text.length() > MAX_CHARS) {
      throw refused(
          "it is no PKCS #11 URI of at most " + MAX_CHARS + " characters",
          "write pkcs11:token=…;object=…?module-path=…");
    }
    String rest = text.substring(SCHEME.length());
    int question = rest.indexOf('?');
    Map<String, byte[]> path = parts(question < 0 ? rest : rest.substring(0, question), ";");
    Map<String, byte[]> query = parts(question < 0 ? "" : rest.substring(question + 1), "&");
    Map<String, String> token = new LinkedHashMap<>();
    Optional<String> label = Optional.empty();
    Optional<String> id = Optional.empty();
    for (Map.Entry<String, byte[]> each : path.entrySet()) {
      String value = utf8(each.getValue());
      switch (each.getKey()) {
        case "object" -> label = Optional.of(value);
        case "id" -> id = Optional.of(HexFormat.of().formatHex(each.getValue()));
        case "type" -> requirePrivate(value);
        default -> {
          if (!OF_TOKEN.contains(each.getKey())) {
            throw unknown(each.getKey());
          }
          token.put(each.getKey(), value);
        }
      }
    }
    if (token.isEmpty()) {
      throw refused("it does not say which token", "add token=LABEL, as in pkcs11:token=hsm;…");
    }
    if (label.isEmpty() && id.isEmpty()) {
      throw refused("it does not say which key", "add object=LABEL or id=%01 before the ?");
    }
    return new Pkcs11Uri(
        text,
        new TokenName(token),
        new ObjectName(label, id),
        module(query),
        Optional.ofNullable(query.get("pin-source")).map(Pkcs11Uri::file));
  }

  private static Path module(Map<String, byte[]> query) {
    for (String name : query.keySet()) {
      switch (name) {
        case "module-path", "pin-source" -> {}
        case "pin-value" ->
            throw refused(
                "it has the PIN in it, where others can read it",
                "change the PIN, write it into a file of mode 0600, and name that file with"
                    + " pin-source=file:/… or with the option …_KEY_PASSWORD_FILE");
        case "module-name" ->
            throw refused(
                "it has module-name, which is not supported",
                "name the module's file: module-path=/usr/lib/softhsm/libsofthsm2.so");
        default -> throw unknown(name);
      }
    }
    byte[] given = query.get("module-path");
    Path module = given == null ? null : Path.of(utf8(given));
    if (module == null || !module.isAbsolute()) {
      throw refused(
          "it does not name the PKCS #11 module by its full path",
          "add ?module-path=/usr/lib/softhsm/libsofthsm2.so, or that of your token's maker");
    }
    return module;
  }

  private static void requirePrivate(String type) {
    if (!type.equals("private")) {
      throw refused("it does not name a private key", "write type=private, or leave type out");
    }
  }

  private static Path file(byte[] value) {
    String source = utf8(value);
    if (source.startsWith("|")) {
      throw refused("pin-source names a program", "name a file: pin-source=file:/…");
    }
    String path = source.startsWith("file://") ? source.substring("file://".length()) : source;
    return Path.of(path.startsWith("file:") ? path.substring("file:".length()) : path);
  }

  private static Map<String, byte[]> parts(String text, String separator) {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(separator, -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw refused(
            "an attribute in it is not name=value",
            "write pkcs11:token=…;object=…?module-path=…, with % and two digits for special"
                + " characters");
      }
      String name = part.substring(0, equals);
      if (parts.put(name, decoded(part.substring(equals + 1))) != null) {
        throw refused("it has " + name + " twice", "leave one of them");
      }
    }
    return parts;
  }

  private static byte[] decoded(String text) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        octets.write(raw[i]);
      } else if (i + 2 < raw.length
          && HexFormat.isHexDigit(raw[i + 1])
          && HexFormat.isHexDigit(raw[i + 2])) {
        octets.write(HexFormat.fromHexDigits(text(raw, i + 1)));
        i += 2;
      } else {
        throw refused("a % in it is not followed by two hexadecimal digits", "write %25 for %");
      }
    }
    return octets.toByteArray();
  }

  private static String text(byte[] raw, int from) {
    return new String(raw, from, 2, StandardCharsets.US_ASCII);
  }

  private static String utf8(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException unknown(String name) {
    return refused(
        "it has the attribute " + name + ", which is not supported",
        "use token, manufacturer, model, serial, object and id, and after the ? module-path and"
            + " pin-source");
  }

  private static IllegalArgumentException refused(String reason, String hint) {
    return new IllegalArgumentException(reason + "\n" + hint);
  }

  /// The file with the PIN that the URI names.
  public Optional<Path> pinSource() {
    return pinSource;
  }

  /// The file of the module.
  public Path module() {
    return module;
  }

  TokenName token() {
    return token;
  }

  ObjectName object() {
    return object;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pkcs11Uri uri && text.equals(uri.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /// As it was written; there is no PIN in it.
  @Override
  public String toString() {
    return text;
  }
}
