package org.certctl.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.BufferedContentSigner;
import org.junit.jupiter.api.Test;

class CaChainCheckTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final int SIGNING = KeyUsage.keyCertSign | KeyUsage.cRLSign;
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SigningKey rootKey = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
  private final SigningKey middleKey = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
  private final SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
  private final X509CertificateHolder root = sound("CN=Root", "CN=Root", rootKey, rootKey);
  private final X509CertificateHolder middle = sound("CN=Root", "CN=Middle", middleKey, rootKey);

  private static X509CertificateHolder sound(
      String issuer, String subject, SigningKey key, SigningKey signer) {
    return certificate(
        issuer, subject, key, signer, new BasicConstraints(true), SIGNING, Optional.empty());
  }

  private static X509CertificateHolder certificate(
      String issuer,
      String subject,
      SigningKey key,
      SigningKey signer,
      BasicConstraints basic,
      int usage,
      Optional<ASN1ObjectIdentifier> critical) {
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              new X500Name(issuer),
              new BigInteger(64, RANDOM),
              Date.from(NOW.minus(Duration.ofDays(1))),
              Date.from(NOW.plus(Duration.ofDays(1000))),
              new X500Name(subject),
              key.publicKeyInfo());
      builder.addExtension(Extension.basicConstraints, true, basic);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      if (critical.isPresent()) {
        builder.addExtension(critical.get(), true, DERNull.INSTANCE);
      }
      return builder.build(new BufferedContentSigner(signer));
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509CertificateHolder below(
      BasicConstraints basic, int usage, Optional<ASN1ObjectIdentifier> critical) {
    return certificate("CN=Middle", "CN=Issuing", key, middleKey, basic, usage, critical);
  }

  private List<String> codes(X509CertificateHolder... certificates) {
    return CaChainCheck.of(List.of(certificates), key, NOW).findings().stream()
        .map(CaChainCheck.Finding::code)
        .toList();
  }

  @Test
  void findsTheChainInAnyOrderAndLeavesOutTheRest() {
    X509CertificateHolder issuing = below(new BasicConstraints(0), SIGNING, Optional.empty());
    X509CertificateHolder stranger =
        sound("CN=Other", "CN=Other", SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM), key);
    CaChainCheck.Report report =
        CaChainCheck.of(List.of(root, stranger, issuing, middle), key, NOW);
    assertThat(report.isSound()).isTrue();
    assertThat(report.chain().orElseThrow().certificates()).containsExactly(issuing, middle, root);
    assertThat(report.findings())
        .extracting(CaChainCheck.Finding::code)
        .containsExactly("unrelated");
  }

  @Test
  void namesWhatIsMissingOrForged() {
    X509CertificateHolder issuing = below(new BasicConstraints(0), SIGNING, Optional.empty());
    assertThat(codes(root, middle)).containsExactly("key_mismatch");
    assertThat(codes(issuing, middle)).containsExactly("chain_incomplete");
    X509CertificateHolder namesake = sound("CN=Root", "CN=Middle", rootKey, rootKey);
    assertThat(codes(issuing, namesake, root)).contains("signature_invalid");
    assertThat(CaChainCheck.of(List.of(issuing, middle), key, NOW).isSound()).isFalse();
  }

  @Test
  void namesWhatACertificateLacks() {
    assertThat(codes(below(new BasicConstraints(false), SIGNING, Optional.empty()), middle, root))
        .containsExactly("no_ca");
    assertThat(
            codes(
                below(new BasicConstraints(0), KeyUsage.keyCertSign, Optional.empty()),
                middle,
                root))
        .containsExactly("key_usage_missing");
    assertThat(
            codes(
                below(new BasicConstraints(0), KeyUsage.digitalSignature, Optional.empty()),
                middle,
                root))
        .containsExactly("key_usage_missing", "key_usage_missing");
    assertThat(
            codes(
                below(
                    new BasicConstraints(0),
                    SIGNING,
                    Optional.of(new ASN1ObjectIdentifier("1.2.3.4"))),
                middle,
                root))
        .containsExactly("critical_extension_unknown");
  }

  @Test
  void countsPathLengthsAtEveryLevel() {
    X509CertificateHolder issuing = below(new BasicConstraints(0), SIGNING, Optional.empty());
    X509CertificateHolder short0 =
        certificate(
            "CN=Root",
            "CN=Middle",
            middleKey,
            rootKey,
            new BasicConstraints(0),
            SIGNING,
            Optional.empty());
    assertThat(codes(issuing, short0, root)).containsExactly("path_length_exceeded");
    X509CertificateHolder short1 =
        certificate(
            "CN=Root",
            "CN=Root",
            rootKey,
            rootKey,
            new BasicConstraints(1),
            SIGNING,
            Optional.empty());
    assertThat(codes(issuing, middle, short1)).containsExactly("path_length_exceeded");
    X509CertificateHolder enough =
        certificate(
            "CN=Root",
            "CN=Root",
            rootKey,
            rootKey,
            new BasicConstraints(2),
            SIGNING,
            Optional.empty());
    assertThat(codes(issuing, middle, enough)).isEmpty();
  }
}
