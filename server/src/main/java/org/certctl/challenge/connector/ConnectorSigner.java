package org.certctl.challenge.connector;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.certctl.keys.SigningKey;
import org.certctl.pki.SigningUnavailableException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes connector challenges: for tests, demonstrations and portals of one's own.
public final class ConnectorSigner {

  private static final String ID_PREFIX = "jti:";
  private static final String NONCE_PREFIX = "nonce:";

  private final SigningKey key;
  private final JwsAlgorithm algorithm;

  /// Signs with this key.
  ///
  /// @throws IllegalArgumentException when it is neither an RSA key nor one on P-256
  public ConnectorSigner(SigningKey key) {
    this.key = key;
    if (key.isRsa()) {
      algorithm = JwsAlgorithm.RS256;
    } else if (key.isP256()) {
      algorithm = JwsAlgorithm.ES256;
    } else {
      throw new IllegalArgumentException("connector challenges are signed with RSA or P-256 keys");
    }
  }

  /// A token of version 1 with these claims, as a device sends it.
  ///
  /// @throws SigningUnavailableException when the key cannot be used just now
  public String sign(ConnectorClaims claims) throws SigningUnavailableException {
    return sign(claimsOf(claims));
  }

  /// A token with this payload, whatever it is.
  ///
  /// @throws SigningUnavailableException when the key cannot be used just now
  public String sign(ObjectNode payload) throws SigningUnavailableException {
    ObjectNode header = JsonMapper.shared().createObjectNode();
    header.put("alg", algorithm.name());
    header.put("typ", "JWT");
    String signed = encoded(utf8(header.toString())) + "." + encoded(utf8(payload.toString()));
    return signed + "." + encoded(algorithm.wireForm(key.sign(utf8(signed))));
  }

  private static ObjectNode claimsOf(ConnectorClaims claims) {
    ObjectNode payload = JsonMapper.shared().createObjectNode();
    if (!claims.issuer().isEmpty()) {
      payload.put("iss", claims.issuer());
    }
    payload.put("sub", claims.subject());
    if (claims.audience().size() == 1) {
      payload.put("aud", claims.audience().getFirst());
    } else if (!claims.audience().isEmpty()) {
      ArrayNode audience = payload.putArray("aud");
      claims.audience().forEach(audience::add);
    }
    payload.put("iat", claims.issuedAt().getEpochSecond());
    claims.notBefore().ifPresent(instant -> payload.put("nbf", instant.getEpochSecond()));
    payload.put("exp", claims.expiresAt().getEpochSecond());
    claims
        .tokenId()
        .ifPresent(
            id -> {
              if (id.startsWith(NONCE_PREFIX)) {
                payload.put("nonce", id.substring(NONCE_PREFIX.length()));
              } else {
                payload.put(
                    "jti", id.startsWith(ID_PREFIX) ? id.substring(ID_PREFIX.length()) : id);
              }
            });
    for (Dimension dimension : Dimension.values()) {
      Set<String> names = claims.names().get(dimension);
      if (names == null) {
        continue;
      }
      if (dimension == Dimension.COMMON_NAME) {
        payload.put(dimension.claim(), names.stream().findFirst().orElse(""));
      } else {
        ArrayNode list = payload.putArray(dimension.claim());
        names.stream().sorted().forEach(list::add);
      }
    }
    return payload;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
