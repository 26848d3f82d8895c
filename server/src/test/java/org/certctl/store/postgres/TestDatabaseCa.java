package org.certctl.store.postgres;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A CA whose certificates and keys are PEM files in a folder, for a database and its clients.
final class TestDatabaseCa {

  /// Certificate and key of somebody.
  ///
  /// @param key PKCS#8, mode 0600
  record Identity(Path certificate, Path key) {}

  private final Path folder;
  private final X500Name name;
  private final KeyPair keys;
  private final Path certificate;

  TestDatabaseCa(Path folder, String name) throws Exception {
    this.folder = folder;
    this.name = new X500Name("CN=" + name);
    this.keys = keyPair("EC");
    this.certificate =
        write(
            name + ".crt",
            "CERTIFICATE",
            signed(
                builder(this.name, keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))));
  }

  /// The CA's own certificate.
  Path certificate() {
    return certificate;
  }

  /// One for this common name and host, with a key of this algorithm.
  Identity issue(String subject, String algorithm) throws Exception {
    KeyPair pair = keyPair(algorithm);
    byte[] encoded =
        signed(
            builder(new X500Name("CN=" + subject), pair)
                .addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, subject))));
    String file = name.getRDNs()[0].getFirst().getValue() + "-" + subject + "-" + algorithm;
    return new Identity(
        write(file + ".crt", "CERTIFICATE", encoded),
        write(file + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  private static KeyPair keyPair(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.equals("EC")) {
      generator.initialize(256);
    }
    return generator.generateKeyPair();
  }

  /// TLS looks at the real clock.
  private X509v3CertificateBuilder builder(X500Name subject, KeyPair pair) {
    Instant now = Instant.now();
    return new X509v3CertificateBuilder(
        name,
        BigInteger.valueOf(System.nanoTime()),
        Date.from(now.minus(Duration.ofDays(1))),
        Date.from(now.plus(Duration.ofDays(1))),
        subject,
        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
  }

  private byte[] signed(X509v3CertificateBuilder builder) throws Exception {
    return builder
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
        .getEncoded();
  }

  private Path write(String file, String kind, byte[] encoded) throws Exception {
    Path path =
        Files.writeString(
            folder.resolve(file),
            "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(encoded), kind));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    return path;
  }
}
