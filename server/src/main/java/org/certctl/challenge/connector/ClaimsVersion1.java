package org.certctl.challenge.connector;

import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.pki.Names;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the claims of version 1: those of a JSON Web Token (RFC 7519, section 4.1), the nonce, and
/// the names.
///
/// `sub`, `iat` and `exp` must be there. A claim that is `null` is one that is absent; one of
/// another type than it should be makes the token unreadable.
final class ClaimsVersion1 {

  private static final int MAX_TEXT_CHARS = 1024;
  private static final int MAX_LIST = 100;

  /// The last second of the year 9999.
  private static final long MAX_SECONDS = 253_402_300_799L;

  private static final int MILLIS = 1000;

  private final ObjectNode claims;

  private ClaimsVersion1(ObjectNode claims) {
    this.claims = claims;
  }

  static ConnectorClaims read(ObjectNode payload) throws MalformedTokenException {
    return new ClaimsVersion1(payload).read();
  }

  private ConnectorClaims read() throws MalformedTokenException {
    String subject =
        text("sub").filter(value -> !value.isEmpty()).orElseThrow(() -> missing("sub"));
    Instant issuedAt = time("iat").orElseThrow(() -> missing("iat"));
    Instant expiresAt = time("exp").orElseThrow(() -> missing("exp"));
    return new ConnectorClaims(
        text("iss").orElse(""),
        subject,
        audience(),
        issuedAt,
        time("nbf"),
        expiresAt,
        tokenId(),
        names());
  }

  private Optional<String> tokenId() throws MalformedTokenException {
    Optional<String> id = text("jti").filter(value -> !value.isEmpty());
    Optional<String> nonce = text("nonce").filter(value -> !value.isEmpty());
    // Prefixed, so that one token's nonce is never another one's id.
    return id.map(value -> "jti:" + value).or(() -> nonce.map(value -> "nonce:" + value));
  }

  private List<String> audience() throws MalformedTokenException {
    JsonNode node = claim("aud");
    if (node == null) {
      return List.of();
    }
    return node.isString()
        ? List.of(checked("aud", node.stringValue()))
        : List.copyOf(list("aud", node));
  }

  private Map<Dimension, Set<String>> names() throws MalformedTokenException {
    Map<Dimension, Set<String>> names = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      JsonNode node = claim(dimension.claim());
      if (node == null) {
        continue;
      }
      if (dimension == Dimension.COMMON_NAME) {
        String name = text(dimension.claim()).orElse("");
        names.put(dimension, name.isEmpty() ? Set.of() : Set.of(name));
      } else {
        names.put(dimension, list(dimension.claim(), node));
      }
    }
    return names;
  }

  private static Set<String> list(String claim, JsonNode node) throws MalformedTokenException {
    if (!node.isArray() || node.size() > MAX_LIST) {
      throw new MalformedTokenException(
          "its claim " + claim + " is no list of at most " + MAX_LIST + " texts");
    }
    Set<String> values = new LinkedHashSet<>();
    for (JsonNode value : node) {
      if (!value.isString() || value.stringValue().isEmpty()) {
        throw new MalformedTokenException(
            "its claim " + claim + " holds something else than texts");
      }
      values.add(checked(claim, value.stringValue()));
    }
    return values;
  }

  private Optional<String> text(String claim) throws MalformedTokenException {
    JsonNode node = claim(claim);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isString()) {
      throw new MalformedTokenException("its claim " + claim + " is no text");
    }
    return Optional.of(checked(claim, node.stringValue()));
  }

  /// NUL and its like have no place in a name; they serve only to have two readers see two names.
  private static String checked(String claim, String value) throws MalformedTokenException {
    if (value.length() > MAX_TEXT_CHARS || !Names.printable(value).equals(value)) {
      throw new MalformedTokenException(
          "its claim " + claim + " is too long or holds characters that cannot be shown");
    }
    return value;
  }

  /// A NumericDate: seconds since 1970, whole or not (RFC 7519, section 2).
  private Optional<Instant> time(String claim) throws MalformedTokenException {
    JsonNode node = claim(claim);
    if (node == null) {
      return Optional.empty();
    }
    if (node.isIntegralNumber() && node.canConvertToLong() && inRange((double) node.longValue())) {
      return Optional.of(Instant.ofEpochSecond(node.longValue()));
    }
    if (node.isFloatingPointNumber() && inRange(node.doubleValue())) {
      return Optional.of(Instant.ofEpochMilli((long) (node.doubleValue() * MILLIS)));
    }
    throw new MalformedTokenException("its claim " + claim + " is no time in seconds since 1970");
  }

  private static boolean inRange(double seconds) {
    return seconds >= 0 && seconds <= MAX_SECONDS;
  }

  private @Nullable JsonNode claim(String name) {
    JsonNode node = claims.get(name);
    return node == null || node.isNull() ? null : node;
  }

  private static MalformedTokenException missing(String claim) {
    return new MalformedTokenException("it has no claim " + claim);
  }
}
