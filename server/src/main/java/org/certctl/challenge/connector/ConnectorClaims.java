package org.certctl.challenge.connector;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/// What a token claims, whatever its version.
///
/// Proved only once the signature gate has passed.
///
/// @param issuer who made it (`iss`); the empty text when it does not say
/// @param subject the device or user it is for (`sub`)
/// @param audience the endpoints it is meant for (`aud`); empty when it does not say
/// @param issuedAt when it was made (`iat`)
/// @param notBefore before when it must not be used (`nbf`)
/// @param expiresAt from when on it must not be used (`exp`)
/// @param tokenId what tells it from all other tokens of its issuer (`jti`, else `nonce`); absent
///   when it says nothing or the empty text
/// @param names the names it allows, by dimension; a dimension it does not name has no entry
public record ConnectorClaims(
    String issuer,
    String subject,
    List<String> audience,
    Instant issuedAt,
    Optional<Instant> notBefore,
    Instant expiresAt,
    Optional<String> tokenId,
    Map<Dimension, Set<String>> names) {

  /// Keeps its own copies.
  public ConnectorClaims {
    audience = List.copyOf(audience);
    names =
        names.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
  }

  /// The names that a token must allow for a request with these. Names of kinds that no token can
  /// allow are left out.
  ///
  /// @throws IllegalArgumentException when they cannot be read
  public static Map<Dimension, Set<String>> namesOf(
      X500Name subject, List<GeneralName> subjectAltNames) {
    Map<Dimension, Set<String>> names =
        BoundNames.of(subject, subjectAltNames.toArray(GeneralName[]::new)).names();
    names.values().removeIf(Set::isEmpty);
    return names;
  }

  /// The claimed names as one line of text, in the order of the dimensions.
  public String namesText() {
    return BoundNames.text(names.isEmpty() ? Map.of() : new EnumMap<>(names));
  }
}
