package org.certctl.cli.demo;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.challenge.connector.ConnectorClaims;
import org.certctl.challenge.connector.ConnectorSigner;
import org.certctl.challenge.connector.Dimension;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SelfSignedCertificate;
import org.certctl.keys.SigningKey;
import org.certctl.pki.SigningUnavailableException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A connector that gives some devices challenges of their own, and some of them wrong ones.
final class SimulatedConnector {

  /// What its challenges are meant for.
  static final String AUDIENCE = "certctl-demo";

  private static final Duration LIFETIME = Duration.ofDays(30);
  private static final Duration USE = Duration.ofMinutes(10);
  private static final Duration LONG = Duration.ofHours(2);
  private static final int ID_BYTES = 16;

  private final SigningKey key;
  private final SigningKey stranger;
  private final SecureRandom random;
  private final Clock clock;
  private final String fleet;

  SimulatedConnector(CryptoProviders providers, SecureRandom random, Clock clock) {
    this.key = SigningKey.generate(KeyType.P_256, providers, random);
    this.stranger = SigningKey.generate(KeyType.P_256, providers, random);
    this.random = random;
    this.clock = clock;
    this.fleet = id();
  }

  /// Writes its certificate, for the server to trust.
  void writeCertificate(Path file) throws IOException {
    Instant now = clock.instant();
    try {
      CertificateChain.of(
              SelfSignedCertificate.of(
                  key,
                  new X500Name("CN=certctl demo connector"),
                  BigInteger.valueOf(now.toEpochMilli()),
                  now.minus(USE),
                  now.plus(LIFETIME)))
          .write(file);
    } catch (SigningUnavailableException e) {
      throw new IllegalStateException("a key in memory is always there", e);
    }
  }

  /// A challenge for a device, right or wrong as its behaviour wants it; another one each time.
  String challengeFor(SimulatedDevice device) {
    Instant now = clock.instant();
    Behaviour behaviour = device.behaviour();
    try {
      return switch (behaviour) {
        case TOKEN_CUT -> cut(sign(key, device, now, AUDIENCE));
        case TOKEN_FORGED -> sign(stranger, device, now, AUDIENCE);
        case TOKEN_OF_NEW_VERSION -> ofNewVersion(now);
        case TOKEN_FROM_TOMORROW -> sign(key, device, now.plus(LONG), AUDIENCE);
        case TOKEN_EXPIRED -> sign(key, device, now.minus(LONG), AUDIENCE);
        case TOKEN_FOR_OTHERS -> sign(key, device, now, "somebody-else");
        default -> sign(key, device, now, AUDIENCE);
      };
    } catch (SigningUnavailableException e) {
      throw new IllegalStateException("a key in memory is always there", e);
    }
  }

  private String sign(SigningKey signer, SimulatedDevice device, Instant from, String audience)
      throws SigningUnavailableException {
    return new ConnectorSigner(signer)
        .sign(
            new ConnectorClaims(
                "certctl demo connector",
                fleet + "-" + device.number(),
                List.of(audience),
                from,
                Optional.empty(),
                from.plus(USE),
                Optional.of(id()),
                names(device)));
  }

  private static Map<Dimension, Set<String>> names(SimulatedDevice device) {
    Map<Dimension, Set<String>> names =
        new EnumMap<>(ConnectorClaims.namesOf(device.subject(), device.names()));
    if (device.behaviour() == Behaviour.TOKEN_WITH_OTHER_NAMES) {
      names.put(Dimension.COMMON_NAME, Set.of("somebody-else"));
    }
    return names;
  }

  private String ofNewVersion(Instant now) throws SigningUnavailableException {
    ObjectNode payload = JsonMapper.shared().createObjectNode();
    payload.put("version", "v9");
    payload.put("jti", id());
    payload.put("issued_at", now.toString());
    payload.put("device", "told in a way that is not known here");
    return new ConnectorSigner(key).sign(payload);
  }

  private static String cut(String token) {
    return token.substring(0, token.lastIndexOf('.') + 1) + "cut!";
  }

  private String id() {
    byte[] octets = new byte[ID_BYTES];
    random.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }
}
