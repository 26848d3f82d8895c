package org.certctl.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyType;
import org.certctl.keys.pkcs11.Pkcs11Uri;
import org.certctl.secret.Secret;

/// The kinds of values that options have.
final class ValueTypes {

  private static final int MIN_SECRET_LENGTH = 8;
  private static final int MIN_ENCRYPTION_KEY_BYTES = 32;
  private static final int MIN_DISTINCT_CHARACTERS = 8;
  private static final int MAX_URL_CHARS = 256;
  private static final int MAX_PORT = 65535;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_%\\[\\]-]{1,253}");
  private static final Pattern PROFILE_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private ValueTypes() {}

  static ValueType<Boolean> bool() {
    return ValueType.of(
        "`true` or `false`",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "1" -> true;
              case "false", "0" -> false;
              default ->
                  throw new InvalidValueException(
                      "it is neither true nor false", "write true or false");
            },
        value -> Boolean.toString(value));
  }

  static ValueType<Integer> integer(int min, int max) {
    String range = min + " to " + max;
    return ValueType.of(
        "a whole number, " + range,
        text -> {
          try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
              return value;
            }
          } catch (NumberFormatException e) {
            throw new InvalidValueException(
                "it is no whole number", "write a number from " + range + ", digits only");
          }
          throw new InvalidValueException("it is out of range", "write a number from " + range);
        },
        value -> Integer.toString(value));
  }

  static ValueType<Integer> port() {
    return integer(1, MAX_PORT);
  }

  static ValueType<String> host() {
    return ValueType.of(
        "an address or host name",
        text -> {
          if (!HOST.matcher(text).matches()) {
            throw new InvalidValueException(
                "it is no address and no host name",
                "write for example 127.0.0.1, ::1, or 0.0.0.0 for all addresses");
          }
          return text;
        },
        Function.identity());
  }

  static ValueType<Path> path() {
    return path("a path, relative to the data directory or absolute");
  }

  static ValueType<Path> path(String description) {
    return ValueType.of(
        description,
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new InvalidValueException("it is no path", "write the path of a file");
          }
        },
        Path::toString);
  }

  /// Where a private key is.
  static ValueType<KeyLocation> key() {
    return ValueType.of(
            "a path of a PEM file, of a PKCS #12 file (`.p12`, `.pfx`, with `#alias` if it has several"
                + " keys), or a PKCS #11 URI (RFC 7512)",
            ValueTypes::key,
            KeyLocation::toString)
        .shownAs(Pkcs11Uri::withoutPin);
  }

  /// The same, or the word for the database.
  static ValueType<KeyLocation> keyOrDatabase() {
    return ValueType.of(
            "a path of a PEM file, of a PKCS #12 file (`.p12`, `.pfx`, with `#alias` if it has several"
                + " keys), a PKCS #11 URI (RFC 7512), or `database`",
            text ->
                text.equals(KeyLocation.InDatabase.NAME) ? new KeyLocation.InDatabase() : key(text),
            KeyLocation::toString)
        .shownAs(Pkcs11Uri::withoutPin);
  }

  private static KeyLocation key(String text) throws InvalidValueException {
    try {
      return KeyLocation.parse(text);
    } catch (InvalidPathException e) {
      throw new InvalidValueException("it is no path", "write the path of a file");
    } catch (IllegalArgumentException e) {
      String[] reasonAndHint = String.valueOf(e.getMessage()).split("\n", 2);
      throw new InvalidValueException(
          reasonAndHint[0], reasonAndHint.length > 1 ? reasonAndHint[1] : "see docs/keys.md");
    }
  }

  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    String all =
        Arrays.stream(type.getEnumConstants())
            .map(ValueTypes::spelled)
            .collect(Collectors.joining("`, `", "`", "`"));
    return ValueType.of(
        all,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> spelled(constant).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                    () ->
                        new InvalidValueException(
                            "there is no such choice", "write one of " + all.replace("`", ""))),
        ValueTypes::spelled);
  }

  /// A kind of key that can be made here; not Ed25519, whose signatures few devices can check.
  static ValueType<KeyType> keyType() {
    String all =
        Arrays.stream(KeyType.values())
            .filter(type -> type != KeyType.ED25519)
            .map(KeyType::text)
            .collect(Collectors.joining("`, `", "`", "`"));
    return ValueType.of(
        all,
        text ->
            KeyType.ofText(text.toLowerCase(Locale.ROOT))
                .filter(type -> type != KeyType.ED25519)
                .orElseThrow(
                    () ->
                        new InvalidValueException(
                            "there is no such kind of key",
                            "write one of " + all.replace("`", ""))),
        KeyType::text);
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// One of a few texts, some of which may be named with a reason why others are not there yet.
  static ValueType<String> onlyKnown(String what, List<String> known, String whyNoOther) {
    return ValueType.of(
        known.stream().collect(Collectors.joining("`, `", "`", "`")),
        text -> {
          if (!known.contains(text)) {
            throw new InvalidValueException(
                "there is no " + what + " of that name",
                whyNoOther + "; write " + String.join(" or ", known));
          }
          return text;
        },
        Function.identity());
  }

  static ValueType<Duration> duration(Duration min, Duration max) {
    String range = durationText(min) + " to " + durationText(max);
    return ValueType.of(
        "a duration such as `30s`, `5m` or `2d`, or a number of seconds, " + range,
        text -> {
          Duration value =
              duration(text)
                  .orElseThrow(
                      () ->
                          new InvalidValueException(
                              "it is no duration", "write for example 30s, 5m, 1h30m or 2d"));
          if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidValueException("it is out of range", "write " + range);
          }
          return value;
        },
        ValueTypes::durationText);
  }

  private static Optional<Duration> duration(String text) {
    return text.matches("\\d{1,9}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : TimeSpan.parse(text);
  }

  private static String durationText(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    if (duration.toSecondsPart() != 0 || duration.isZero()) {
      return duration.toSeconds() + "s";
    }
    if (duration.toDays() > 1 && duration.equals(Duration.ofDays(duration.toDays()))) {
      return duration.toDays() + "d";
    }
    return duration.toMinutesPart() == 0 ? duration.toHours() + "h" : duration.toMinutes() + "m";
  }

  static ValueType<List<String>> profileNames() {
    return ValueType.of(
        "names separated by commas, each of a-z, 0-9 and inner hyphens",
        ValueTypes::profileNames,
        names -> String.join(",", names));
  }

  static ValueType<String> profileName() {
    return ValueType.of(
        "the name of a profile: a-z, 0-9 and inner hyphens",
        text -> {
          List<String> names = profileNames(text);
          if (names.size() != 1) {
            throw new InvalidValueException("it is more than one name", "write one");
          }
          return names.getFirst();
        },
        Function.identity());
  }

  private static List<String> profileNames(String text) throws InvalidValueException {
    List<String> names = new ArrayList<>();
    List<String> impossible = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String name = part.strip().toLowerCase(Locale.ROOT);
      if (!PROFILE_NAME.matcher(name).matches()) {
        impossible.add("\"" + part.strip() + "\"");
      }
      names.add(name);
    }
    if (!impossible.isEmpty()) {
      throw new InvalidValueException(
          String.join(" and ", impossible) + " cannot be the name of a profile",
          "use letters a-z, digits and hyphens inside, at most 63 characters: it becomes part of"
              + " the URL");
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw new InvalidValueException("a profile is named twice", "name each profile once");
    }
    return List.copyOf(names);
  }

  /// A secret that somebody else checks, so that any text is good.
  static ValueType<Secret> foreignSecret() {
    return ValueType.secret("a secret", Secret::of);
  }

  /// A secret that people may have chosen; too short a one is refused.
  static ValueType<Secret> secret() {
    return ValueType.secret(
        "a secret of at least " + MIN_SECRET_LENGTH + " characters",
        text -> {
          if (text.codePointCount(0, text.length()) < MIN_SECRET_LENGTH) {
            throw new InvalidValueException(
                "it is shorter than " + MIN_SECRET_LENGTH + " characters and easily guessed",
                "use a random one: openssl rand -hex 16");
          }
          return Secret.of(text);
        });
  }

  /// What keys are encrypted under; long, and not the same few characters over and over.
  static ValueType<Secret> encryptionKey() {
    return ValueType.secret(
        "a secret of at least " + MIN_ENCRYPTION_KEY_BYTES + " bytes",
        text -> {
          Secret secret = Secret.of(text);
          String hint = "use a random one: openssl rand -base64 32";
          if (secret.lengthBytes() < MIN_ENCRYPTION_KEY_BYTES) {
            throw new InvalidValueException(
                "it is shorter than " + MIN_ENCRYPTION_KEY_BYTES + " bytes", hint);
          }
          if (text.codePoints().distinct().count() < MIN_DISTINCT_CHARACTERS) {
            throw new InvalidValueException("it is easily guessed", hint);
          }
          return secret;
        });
  }

  /// What opens a key: as long or short as whoever made the key chose it.
  static ValueType<Secret> passphrase() {
    return ValueType.secret("a passphrase or PIN", Secret::of);
  }

  /// An `http` or `https` URL to which paths can be appended; a slash at its end is taken off.
  static ValueType<String> publicUrl() {
    return ValueType.of(
        "a URL such as `http://pki.example.com`", ValueTypes::publicUrl, Function.identity());
  }

  private static String publicUrl(String text) throws InvalidValueException {
    String hint = "write for example http://pki.example.com";
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new InvalidValueException("it is no URL", hint);
    }
    if (!("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()))
        || url.getHost() == null) {
      throw new InvalidValueException("it is no http or https URL with a host", hint);
    }
    if (url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || text.length() > MAX_URL_CHARS
        || !text.equals(url.toASCIIString())) {
      throw new InvalidValueException(
          "it has a user, a query, a fragment or characters that a certificate cannot hold", hint);
    }
    return text.replaceAll("/+$", "");
  }
}
