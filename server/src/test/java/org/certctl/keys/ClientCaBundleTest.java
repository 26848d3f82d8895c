package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.certctl.pki.ClientVerdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCaBundleTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant END = NOW.plus(Duration.ofDays(30));

  private record Holder(X509Certificate certificate, KeyPair key) {}

  private final Holder ca = ca("CN=ca", Optional.empty());

  @TempDir Path directory;

  @Test
  void trustsWhomItsCasVouchForDirectlyOrThroughOthers() throws Exception {
    Holder intermediate = ca("CN=intermediate", Optional.of(ca));

    assertThat(judge(client(ca, KeyPurposeId.id_kp_clientAuth))).isEqualTo(ClientVerdict.TRUSTED);
    assertThat(judge(client(ca, KeyPurposeId.anyExtendedKeyUsage)))
        .isEqualTo(ClientVerdict.TRUSTED);
    assertThat(judge(clientWithoutUsage(ca))).isEqualTo(ClientVerdict.TRUSTED);
    assertThat(judge(clientWithoutUsage(intermediate), intermediate.certificate()))
        .isEqualTo(ClientVerdict.TRUSTED);
    assertThat(judge(clientWithoutUsage(intermediate))).isEqualTo(ClientVerdict.UNTRUSTED);
  }

  @Test
  void trustsNobodyElse() throws Exception {
    Holder namesake = ca("CN=ca", Optional.empty());
    Holder device = holder(ca, "CN=device", END, KeyPurposeId.id_kp_clientAuth, false);

    assertThat(judge()).isEqualTo(ClientVerdict.MISSING);
    assertThat(judge(clientWithoutUsage(namesake))).isEqualTo(ClientVerdict.UNTRUSTED);
    assertThat(judge(clientWithoutUsage(namesake), namesake.certificate()))
        .isEqualTo(ClientVerdict.UNTRUSTED);
    assertThat(judge(clientWithoutUsage(device), device.certificate()))
        .as("a device that acts as a CA")
        .isEqualTo(ClientVerdict.UNTRUSTED);
    assertThat(judge(client(ca, KeyPurposeId.id_kp_serverAuth)))
        .isEqualTo(ClientVerdict.NOT_FOR_CLIENTS);
    assertThat(judge(ca.certificate()))
        .as("no digitalSignature")
        .isEqualTo(ClientVerdict.NOT_FOR_CLIENTS);
  }

  @Test
  void looksAtTheClockEachTime() throws Exception {
    ClientCaBundle bundle = read(ca.certificate());
    X509Certificate shorter =
        holder(ca, "CN=short", NOW.plusSeconds(1), KeyPurposeId.id_kp_clientAuth, false)
            .certificate();
    X509Certificate longer =
        holder(ca, "CN=long", END.plusSeconds(60), KeyPurposeId.id_kp_clientAuth, false)
            .certificate();

    assertThat(bundle.judge(List.of(shorter), NOW.plusSeconds(1))).isEqualTo(ClientVerdict.TRUSTED);
    assertThat(bundle.judge(List.of(shorter), NOW.plusSeconds(2)))
        .isEqualTo(ClientVerdict.NOT_IN_FORCE);
    assertThat(bundle.judge(List.of(shorter), NOW.minus(Duration.ofDays(2))))
        .isEqualTo(ClientVerdict.NOT_IN_FORCE);
    assertThat(bundle.judge(List.of(longer), END.plusSeconds(1)))
        .as("a CA past its end")
        .isEqualTo(ClientVerdict.UNTRUSTED);
  }

  @Test
  void refusesFilesThatCannotBeMeant() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    Path device = write(clientWithoutUsage(ca));
    Path good = write(ca.certificate());

    assertThatThrownBy(() -> ClientCaBundle.read(empty, NOW))
        .hasMessageContaining("no certificate");
    assertThatThrownBy(() -> ClientCaBundle.read(directory.resolve("none"), NOW))
        .isInstanceOf(KeyMaterialException.class);
    assertThatThrownBy(() -> ClientCaBundle.read(device, NOW))
        .hasMessageContaining("not the certificate of a CA");
    assertThatThrownBy(() -> ClientCaBundle.read(good, END.plusSeconds(1)))
        .hasMessageContaining("expired");
  }

  private ClientVerdict judge(X509Certificate... presented) throws Exception {
    return read(ca.certificate()).judge(List.of(presented), NOW);
  }

  private ClientCaBundle read(X509Certificate certificate) throws Exception {
    return ClientCaBundle.read(write(certificate), NOW);
  }

  private Path write(X509Certificate certificate) throws Exception {
    return Files.writeString(
        Files.createTempFile(directory, "bundle", ".pem"),
        PemFile.text("CERTIFICATE", certificate.getEncoded()));
  }

  private static X509Certificate client(Holder issuer, KeyPurposeId purpose) {
    return holder(issuer, "CN=client", END, purpose, false).certificate();
  }

  private static X509Certificate clientWithoutUsage(Holder issuer) {
    return holder(issuer, "CN=client", END, null, false).certificate();
  }

  private static Holder ca(String name, Optional<Holder> issuer) {
    return holder(issuer.orElse(null), name, END, null, true);
  }

  private static Holder holder(
      @org.jspecify.annotations.Nullable Holder issuer,
      String subject,
      Instant end,
      @org.jspecify.annotations.Nullable KeyPurposeId purpose,
      boolean isCa) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair key = generator.generateKeyPair();
      KeyPair signer = issuer == null ? key : issuer.key();
      String by =
          issuer == null ? subject : issuer.certificate().getSubjectX500Principal().getName();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(by),
              BigInteger.valueOf(System.nanoTime()),
              Date.from(NOW.minus(Duration.ofDays(1))),
              Date.from(end),
              new X500Name(subject),
              key.getPublic());
      if (isCa) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      }
      if (purpose != null) {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      }
      return new Holder(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()))),
          key);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
