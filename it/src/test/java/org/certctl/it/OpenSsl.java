package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/// The opinion of `openssl` about certificates.
final class OpenSsl {

  private OpenSsl() {}

  /// Fails unless `openssl verify` accepts the certificate under the server's root.
  static void assertAccepts(DataDirectory data, X509Certificate certificate, Path work) {
    assertAccepts(data, writePem(work.resolve("issued.pem"), List.of(certificate)), work);
  }

  /// Fails unless `openssl verify` accepts the first certificate of the file under the server's
  /// root.
  static void assertAccepts(DataDirectory data, Path certificate, Path work) {
    var chain = data.chain();
    var root = writePem(work.resolve("verify-root.pem"), List.of(chain.getLast()));
    var others = writePem(work.resolve("verify-others.pem"), chain.subList(0, chain.size() - 1));
    var result =
        Command.of(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslclient",
                "-CAfile",
                root.toString(),
                "-untrusted",
                others.toString(),
                certificate.toString())
            .run()
            .succeeded();
    assertThat(result.stdout()).endsWith(": OK\n");
  }

  /// Writes certificates as PEM.
  static Path writePem(Path file, List<X509Certificate> certificates) {
    var pem = new StringBuilder();
    var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    try {
      for (var certificate : certificates) {
        pem.append("-----BEGIN CERTIFICATE-----\n")
            .append(encoder.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      }
      return Files.writeString(file, pem);
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
