package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;
import static org.certctl.scep.fixtures.Messages.unanswerable;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.JcaContentSigner;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// SEC-13: what would cost much is refused before it costs.
class BoundsTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(20);

  @Test
  void SEC13_RE17_refusesAbsurdKeysUnused() throws Exception {
    BigInteger usual = BigInteger.valueOf(65537);
    BigInteger modulus =
        ((java.security.interfaces.RSAPublicKey) TestPki.DEVICE.keyPair().getPublic()).getModulus();
    var keys =
        new RSAPublicKey[] {
          new RSAPublicKey(BigInteger.ONE.shiftLeft(16384).add(BigInteger.ONE), usual),
          new RSAPublicKey(BigInteger.ONE.shiftLeft(500_000).add(BigInteger.ONE), usual),
          new RSAPublicKey(modulus, BigInteger.ONE.shiftLeft(40).add(BigInteger.ONE)),
          new RSAPublicKey(modulus, BigInteger.ONE),
          new RSAPublicKey(modulus.subtract(BigInteger.ONE), usual),
          new RSAPublicKey(BigInteger.ONE, usual)
        };
    Assertions.assertTimeout(
        AT_ONCE,
        () -> {
          for (RSAPublicKey key : keys) {
            var signer = new Identity(TestPki.DEVICE.keyPair(), certificate(key));
            rejected(pkcsReq().signer(signer), RejectReason.REQUESTER_KEY_NOT_ALLOWED);
          }
        });
  }

  @Test
  void SEC13_refusesMassesOfEverything() {
    X509CertificateHolder certificate = TestPki.DEVICE.certificate();
    var attributes = pkcsReq();
    for (int i = 0; i < 1000; i++) {
      attributes.attribute(new ASN1ObjectIdentifier("1.2.3." + i), new DEROctetString(new byte[1]));
    }
    var recipients = pkcsReq();
    for (int i = 0; i < 100; i++) {
      recipients.recipient(TestPki.OTHER.certificate());
    }
    Assertions.assertTimeout(
        AT_ONCE,
        () -> {
          unanswerable(
              pkcsReq().certificates(Collections.nCopies(300, certificate)).build(),
              "too_many_certificates");
          unanswerable(attributes.build(), "too_many_attributes");
          unanswerable(new byte[10 * 1024 * 1024], "message_too_large");
          rejected(recipients, RejectReason.ENVELOPE_UNREADABLE);
        });
    assertThat(Limits.defaults().maxCertificates()).isLessThan(300);
  }

  private static X509CertificateHolder certificate(RSAPublicKey key) throws Exception {
    var name = new X500Name("CN=absurd");
    var rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    var builder =
        new X509v3CertificateBuilder(
            name,
            BigInteger.TEN,
            Date.from(TestPki.NOW),
            Date.from(TestPki.NOW.plusSeconds(3600)),
            name,
            new SubjectPublicKeyInfo(rsa, key));
    var keys = TestPki.DEVICE.keyPair();
    return builder.build(
        new JcaContentSigner(keys.getPrivate(), DigestAlgorithm.SHA256, TestPki.CRYPTO));
  }
}
