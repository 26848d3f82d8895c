package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// A connector that signs with the JDK alone and not with our code.
final class ConnectorTokens {

  /// What the server is told that tokens are meant for.
  static final String AUDIENCE = "https://scep.example.com/scep/default";

  private final KeyPair key = Keys.freshRsa();
  private final Path certificate;

  /// A connector whose certificate goes to a file of this name.
  ConnectorTokens(Path directory, String name) {
    certificate =
        OpenSsl.writePem(
            directory.resolve(name + ".pem"), List.of(Keys.selfSigned("CN=" + name, key)));
  }

  /// The file with its certificate.
  Path certificate() {
    return certificate;
  }

  /// Its certificate as PEM.
  String pem() {
    try {
      return Files.readString(certificate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A token that every gate passes, for a device of this name.
  String forDevice(String name) {
    return sign(claims(name));
  }

  /// The claims of such a token, to be changed: values are JSON.
  Map<String, String> claims(String name) {
    var now = Instant.now().getEpochSecond();
    var claims = new LinkedHashMap<String, String>();
    claims.put("iss", "\"connector\"");
    claims.put("sub", "\"device-" + name + "\"");
    claims.put("aud", "\"" + AUDIENCE + "\"");
    claims.put("iat", Long.toString(now));
    claims.put("exp", Long.toString(now + 600));
    claims.put("nonce", "\"" + UUID.randomUUID() + "\"");
    claims.put("device_name", "\"" + name + "\"");
    return claims;
  }

  /// Signs claims.
  String sign(Map<String, String> claims) {
    var payload =
        claims.entrySet().stream()
            .map(claim -> "\"" + claim.getKey() + "\":" + claim.getValue())
            .collect(Collectors.joining(",", "{", "}"));
    var signed = encoded("{\"alg\":\"RS256\"}") + "." + encoded(payload);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
