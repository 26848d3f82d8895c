package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.Sha256;
import org.certctl.setup.OfflineCa;
import org.certctl.setup.UpperCa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The CRLs of CAs above, served and watched.
class UpperCrlsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SIGNING = KeyUsage.keyCertSign | KeyUsage.cRLSign;

  @TempDir Path data;

  private final KeyPairFiles root = root();
  private final UpperCa upper = UpperCa.of(root.chain().first());
  private final LocalCas cas =
      new LocalCas(
          issuing("CN=Issuing", "iss-local"),
          Optional.of(issuing("CN=Issuing G2", "iss-local-2")),
          List.of());

  private static KeyPairFiles root() {
    try {
      SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
      X509CertificateHolder certificate =
          new AuthorityCertificates(NOW, RANDOM)
              .root(
                  new X500Name("CN=Root"),
                  key.publicKeyInfo(),
                  key,
                  NOW.plus(Duration.ofDays(1000)),
                  SIGNING,
                  CaLimits.none());
      return new KeyPairFiles(key, CertificateChain.of(certificate));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private LocalCa issuing(String name, String id) {
    try {
      SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
      X509CertificateHolder certificate =
          new AuthorityCertificates(NOW, RANDOM)
              .issuingCa(
                  new Authority(root.chain().first(), root.key()),
                  new X500Name(name),
                  key.publicKeyInfo(),
                  NOW.plus(Duration.ofDays(900)),
                  SIGNING,
                  CaLimits.none(),
                  Optional.empty());
      return LocalCa.of(
          id,
          new KeyPairFiles(key, CertificateChain.of(certificate, root.chain().first())),
          Optional.empty());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private X509CRLHolder crl(Duration validity) throws Exception {
    return new OfflineCa(CLOCK, RANDOM).crl(root, Optional.empty(), List.of(), validity);
  }

  @Test
  void watchesEachCrlOnceUntilItsNextUpdate() throws Exception {
    UpperCrls crls = new UpperCrls(data);
    assertThat(crls.watched(cas)).as("none was imported").isEmpty();

    X509CRLHolder crl = crl(Duration.ofDays(180));
    upper.keepCrl(data, crl);
    List<WatchedCertificate> watched = crls.watched(cas);
    assertThat(watched).hasSize(1);
    WatchedCertificate one = watched.getFirst();
    assertThat(one.notAfter()).isEqualTo(NOW.plus(Duration.ofDays(180)));
    assertThat(one.uses())
        .singleElement()
        .satisfies(
            use -> {
              assertThat(use.kind()).isEqualTo("upper-crl");
              assertThat(use.name()).isEqualTo(upper.id());
            });
    assertThat(one.subject()).isEqualTo("CN=Root");
    assertThat(one.fingerprint()).isEqualTo(Sha256.over(crl.getEncoded()));
    assertThat(one.renewedBefore()).as("people look after it").isEmpty();
  }

  @Test
  void seesTheNextOneAtOnceAndStaysWithoutOneThatCannotBeRead() throws Exception {
    UpperCrls crls = new UpperCrls(data);
    upper.keepCrl(data, crl(Duration.ofDays(30)));
    assertThat(crls.watched(cas)).hasSize(1);

    upper.keepCrl(data, crl(Duration.ofDays(60)));
    Path file = upper.crlFile(data);
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    assertThat(crls.watched(cas))
        .singleElement()
        .returns(NOW.plus(Duration.ofDays(60)), WatchedCertificate::notAfter);

    Files.writeString(file, "no CRL");
    Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(1)));
    assertThat(crls.watched(cas)).isEmpty();
    assertThat(crls.find(cas, upper.id()).orElseThrow().imported()).isEmpty();
  }
}
