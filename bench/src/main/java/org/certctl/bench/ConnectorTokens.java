package org.certctl.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/// Connector challenges as a connector would sign them: RS256, one for each device, with the names
/// that it will ask for.
final class ConnectorTokens {

  private static final long LIFETIME_SECONDS = 3500;
  private static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

  private final PrivateKey key;
  private final Provider provider;
  private final Instant now;

  /// @param keyFile PEM, PKCS#8: the connector's RSA key
  /// @param now when the tokens are made; they last an hour
  ConnectorTokens(Path keyFile, Provider provider, Instant now)
      throws IOException, GeneralSecurityException {
    var base64 = Files.readString(keyFile).replaceAll("-----[A-Z ]+-----", "");
    this.key =
        KeyFactory.getInstance("RSA", provider)
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    this.provider = provider;
    this.now = now;
  }

  /// The challenge of a device.
  ///
  /// @param dnsName the one name that it asks for beside its common name
  String of(String device, String dnsName) {
    var claims =
        """
        {"iss":"bench","sub":"%1$s","jti":"%1$s","iat":%2$d,"exp":%3$d,\
        "device_name":"%1$s","san_dns":["%4$s"]}"""
            .formatted(
                device, now.getEpochSecond(), now.getEpochSecond() + LIFETIME_SECONDS, dnsName);
    var signed = encoded(HEADER) + "." + encoded(claims);
    try {
      var signature = Signature.getInstance("SHA256withRSA", provider);
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a challenge", e);
    }
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
