package org.certctl.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The CRLs of a server, as others fetch and use them.
final class Crls {

  static final String COMPLETE = "/.well-known/pki/crl/iss-local";
  static final Duration SOON = Duration.ofSeconds(30);

  private final CertctlServer server;

  Crls(CertctlServer server) {
    this.server = server;
  }

  X509Certificate issuer() {
    return server.data().chain().getFirst();
  }

  /// Waits until there is a CRL at this path.
  void await(String path) {
    Await.until(
        path + " is published",
        SOON,
        () -> {
          try {
            return RawHttp.get(server.httpPort(), path).status() == 200;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /// Waits until the CRL at this path lists the certificate.
  void awaitListed(String path, X509Certificate certificate) {
    await(path);
    Await.until(
        path + " lists it",
        SOON,
        () -> fetch(path).getRevokedCertificate(certificate.getSerialNumber()) != null);
  }

  /// The CRL at this path, verified.
  X509CRL fetch(String path) {
    try {
      return verified(RawHttp.get(server.httpPort(), path).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A CRL that came in another way, verified.
  X509CRL verified(byte[] der) {
    try {
      var crl =
          (X509CRL)
              CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
      crl.verify(issuer().getPublicKey());
      return crl;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The CRL number (RFC 5280, section 5.2.3).
  static long number(X509CRL crl) {
    return number(crl, "2.5.29.20");
  }

  /// The number in an extension: OCTET STRING { INTEGER }, both shorter than 128 octets.
  static long number(X509CRL crl, String extension) {
    var value = crl.getExtensionValue(extension);
    return new BigInteger(Arrays.copyOfRange(value, 4, value.length)).longValueExact();
  }

  /// The serial number as commands take it.
  static String hex(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  /// The path in the URL of the CRL that a certificate names.
  static String named(X509Certificate certificate) {
    var text =
        new String(
            certificate.getExtensionValue("2.5.29.31"), java.nio.charset.StandardCharsets.US_ASCII);
    return text.substring(text.indexOf("/.well-known"));
  }

  /// What `openssl verify` says with these CRLs and options.
  Command.Result openssl(
      Path work, X509Certificate certificate, List<X509CRL> crls, String... options)
      throws Exception {
    var root = OpenSsl.writePem(work.resolve("root.pem"), List.of(server.data().root()));
    var issuing = OpenSsl.writePem(work.resolve("issuing.pem"), List.of(issuer()));
    var command =
        Command.of("openssl", "verify", "-x509_strict", "-crl_check", "-CAfile", root.toString())
            .and("-untrusted", issuing.toString())
            .and(options);
    for (var i = 0; i < crls.size(); i++) {
      var der = Files.write(work.resolve(i + ".crl"), crls.get(i).getEncoded());
      var pem = work.resolve(i + ".crl.pem").toString();
      Command.of("openssl", "crl", "-inform", "DER", "-in", der.toString(), "-out", pem)
          .run()
          .succeeded();
      command = command.and("-CRLfile", pem);
    }
    var leaf = OpenSsl.writePem(work.resolve("leaf.pem"), List.of(certificate));
    return command.and(leaf.toString()).run();
  }

  /// Fails unless the JDK's own checker finds the certificate good by these CRLs, or by the one
  /// that the certificate names, which it fetches when these do not do.
  void jdk(X509Certificate certificate, List<X509CRL> crls) throws Exception {
    var validator = CertPathValidator.getInstance("PKIX");
    var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS,
            PKIXRevocationChecker.Option.NO_FALLBACK,
            PKIXRevocationChecker.Option.ONLY_END_ENTITY));
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(server.data().root(), null)));
    parameters.addCertPathChecker(checker);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
    var path =
        CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate, issuer()));
    var _ = validator.validate(path, parameters);
  }
}
