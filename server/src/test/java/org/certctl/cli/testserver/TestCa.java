package org.certctl.cli.testserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.RequesterKey;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.JcaContentSigner;
import org.certctl.scep.cms.ScepCrypto;
import org.jspecify.annotations.Nullable;

/// Keys and certificates, made once for all tests, and a clock that stands.
public final class TestCa {
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  public static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  public static final SecureRandom RANDOM = new SecureRandom();
  public static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  public static final ScepCrypto CRYPTO = new ScepCrypto(PROVIDERS.inOrder());

  public static final int RA_USAGE = KeyUsage.digitalSignature | KeyUsage.keyEncipherment;
  public static final int CA_USAGE = KeyUsage.keyCertSign | KeyUsage.cRLSign;

  public static final KeyPair ROOT_KEYS = newKeyPair();
  public static final KeyPair ISSUER_KEYS = newKeyPair();
  public static final KeyPair RA_KEYS = newKeyPair();
  public static final KeyPair DEVICE_KEYS = newKeyPair();

  public static final Identity ROOT = root(CA_USAGE);
  public static final Identity ISSUER =
      new Identity(
          ISSUER_KEYS,
          new Template("CN=Issuing CA,O=Corp", ISSUER_KEYS, true, CA_USAGE).issuedBy(ROOT));
  public static final Identity RA =
      new Identity(
          RA_KEYS, new Template("CN=RA,O=Corp", RA_KEYS, false, RA_USAGE).issuedBy(ISSUER));

  private TestCa() {}

  public static KeyPair newKeyPair() {
    return RequesterKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM).keyPair();
  }

  /// A root with this key usage.
  public static Identity root(int usage) {
    Template template = new Template("CN=Root CA,O=Corp", ROOT_KEYS, true, usage);
    return new Identity(ROOT_KEYS, template.signed(ROOT_KEYS, "CN=Root CA,O=Corp"));
  }

  /// A certificate to be.
  ///
  /// @param extensions further ones, or null
  public record Template(
      X500Name subject,
      SubjectPublicKeyInfo key,
      boolean ca,
      int usage,
      Instant notBefore,
      Instant notAfter,
      @Nullable Extensions extensions) {
    public Template(String subject, KeyPair keys, boolean ca, int usage) {
      this(
          new X500Name(subject),
          SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
          ca,
          usage,
          NOW.minus(Duration.ofDays(30)),
          NOW.plus(Duration.ofDays(365)),
          null);
    }

    public Template until(Instant end) {
      return new Template(subject, key, ca, usage, notBefore, end, extensions);
    }

    public X509CertificateHolder issuedBy(Identity issuer) {
      return signed(issuer.keyPair(), issuer.certificate().getSubject().toString());
    }

    X509CertificateHolder signed(KeyPair issuerKeys, String issuer) {
      try {
        X509v3CertificateBuilder builder =
            new X509v3CertificateBuilder(
                    new X500Name(issuer),
                    new BigInteger(64, RANDOM).add(BigInteger.ONE),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    subject,
                    key)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(ca))
                .addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        if (extensions != null) {
          for (var oid : extensions.getExtensionOIDs()) {
            builder.addExtension(extensions.getExtension(oid));
          }
        }
        return builder.build(
            new JcaContentSigner(issuerKeys.getPrivate(), DigestAlgorithm.SHA256, CRYPTO));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
