package org.certctl.scep.client;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.cms.ScepCrypto;

/// The transient self-signed certificates that first enrollments are signed with (RFC 8894, section
/// 2.3).
public final class SelfSigned {
  private static final int SERIAL_BITS = 127;
  private static final Duration BACKDATING = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofDays(7);

  private SelfSigned() {}

  /// Makes an identity around a key pair, good for a week.
  ///
  /// @param now the present
  public static Identity of(
      KeyPair keyPair, X500Name subject, Instant now, ScepCrypto crypto, SecureRandom random) {
    boolean encrypts = keyPair.getPublic() instanceof RSAKey;
    var usage = new KeyUsage(KeyUsage.digitalSignature | (encrypts ? KeyUsage.keyEncipherment : 0));
    try {
      var builder =
          new X509v3CertificateBuilder(
                  subject,
                  new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                  Date.from(now.minus(BACKDATING)),
                  Date.from(now.plus(LIFETIME)),
                  subject,
                  SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded()))
              .addExtension(Extension.keyUsage, true, usage);
      var signer = new JcaContentSigner(keyPair.getPrivate(), DigestAlgorithm.SHA256, crypto);
      return new Identity(keyPair, builder.build(signer));
    } catch (CertIOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }
}
