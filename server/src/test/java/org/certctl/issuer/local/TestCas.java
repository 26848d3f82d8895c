package org.certctl.issuer.local;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;

/// CAs for tests.
public final class TestCas {

  private static final SecureRandom RANDOM = new SecureRandom();

  private TestCas() {}

  /// One with a new P-256 key that is its own root.
  public static LocalCa root(String name, String issuerId, Instant from, Instant until) {
    try {
      SigningKey key = SigningKey.generate(KeyType.P_256, CryptoProviders.detect(), RANDOM);
      return LocalCa.of(
          issuerId,
          new KeyPairFiles(
              key,
              CertificateChain.of(
                  new AuthorityCertificates(from, RANDOM)
                      .root(
                          new X500Name(name),
                          key.publicKeyInfo(),
                          key,
                          until,
                          KeyUsage.keyCertSign | KeyUsage.cRLSign,
                          CaLimits.none()))),
          Optional.empty());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
