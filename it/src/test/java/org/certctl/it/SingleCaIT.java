package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A CA that is its own root and its own RA: one certificate, and no container around it.
final class SingleCaIT {

  private static final Path FILES = caFiles();
  private static final String CERTIFICATE = FILES.resolve("ca.crt").toString();
  private static final String KEY = FILES.resolve("ca.key").toString();

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_CA_CERT_PATH", CERTIFICATE)
          .with("CERTCTL_CA_KEY_PATH", KEY)
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH", CERTIFICATE)
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH", KEY);

  @TempDir Path work;

  /// iOS refuses a container with one root in it (CAC-9); certmonger walks from 1 to 32 (CAC-10).
  @ParameterizedTest
  @ValueSource(strings = {"", "&message=0", "&message=1", "&message=32", "&message=default"})
  void CAC2_CAC9_CAC10_appleAndCertmongerGetOneDerCertificate(String message) throws Exception {
    var response = RawHttp.get(SERVER.httpPort(), "/scep/default?operation=GetCACert" + message);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/x-x509-ca-cert");
    assertThat(response.body()).isEqualTo(ca().getEncoded());
  }

  @Test
  void CAC2_certmongersHelperReadsIt() throws IOException {
    var result =
        Command.of("/usr/lib/certmonger/scep-submit", "-u", SERVER.httpUrl(), "-C")
            .run()
            .succeeded();

    var pem = Files.writeString(work.resolve("printed.pem"), result.stdout());
    assertThat(DataDirectory.certificates(pem)).contains(ca());
  }

  @Test
  void CAC2_devicesEnrollWithTheCaItself() throws Exception {
    var key = Keys.rsa();
    var csr = Crafted.csr(SERVER, "CN=single", key);
    var message =
        new org.certctl.scep.client.PkiMessageBuilder(Crafted.CRYPTO, Crafted.RANDOM)
            .signer(Crafted.selfSigned("CN=single", key))
            .recipient(new X509CertificateHolder(ca().getEncoded()))
            .plaintext(csr.build());

    var reply = Crafted.send(SERVER, message.build());

    assertThat(reply.signerCertificate()).isEqualTo(new X509CertificateHolder(ca().getEncoded()));
    reply.certificate(key).verify(ca().getPublicKey());
  }

  private static X509Certificate ca() {
    return DataDirectory.certificates(Path.of(CERTIFICATE)).getFirst();
  }

  private static Path caFiles() {
    var directory = Certctl.workDirectory("SingleCaFiles");
    var config =
        """
        [req]
        distinguished_name = name
        x509_extensions = ca
        [name]
        [ca]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, digitalSignature, keyEncipherment, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        """;
    try {
      Files.writeString(directory.resolve("ca.cnf"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650")
        .and("-config", "ca.cnf", "-subj", "/CN=Single CA", "-keyout", "ca.key", "-out", "ca.crt")
        .in(directory)
        .run()
        .succeeded();
    return directory;
  }
}
