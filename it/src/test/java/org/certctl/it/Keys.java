package org.certctl.it;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Keys of devices.
///
/// RSA keys come in turns from a small pool, because making one takes longer than all that a test
/// does with it; a test that compares keys makes its own.
final class Keys {

  private static final List<KeyPair> POOL = List.of(freshRsa(), freshRsa(), freshRsa(), freshRsa());
  private static final AtomicInteger TURN = new AtomicInteger();

  private Keys() {}

  /// An RSA-2048 key pair of the pool.
  static KeyPair rsa() {
    return POOL.get(Math.floorMod(TURN.getAndIncrement(), POOL.size()));
  }

  /// An RSA-2048 key pair that nobody else has.
  static KeyPair freshRsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// A P-256 key pair that nobody else has.
  static KeyPair freshEc() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The transient certificate a device signs its first message with.
  static X509Certificate selfSigned(String subject, KeyPair key) {
    var now = Instant.now();
    var name = new X500Name(subject);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minus(1, ChronoUnit.HOURS)),
            Date.from(now.plus(1, ChronoUnit.DAYS)),
            name,
            key.getPublic());
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(signature(key)).build(key.getPrivate())));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The JCA name of SHA-256 with the algorithm of this key.
  static String signature(KeyPair key) {
    return key.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }
}
