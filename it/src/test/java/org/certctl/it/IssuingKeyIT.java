package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Issuing CAs with keys of the kinds that the servers of other tests do not have.
final class IssuingKeyIT {

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(strings = {"rsa4096", "p384", "ed25519"})
  void opensslAcceptsCertificatesCrlsAndOcspAnswersOfACaWithThisKey(String key) throws Exception {
    var server = CertctlServer.withCa(key);
    server.initialise(Certctl.workDirectory("IssuingKeyIT"));
    server.start();
    try {
      var certificate = new Device(server, "device").enroll();
      var crls = new Crls(server);
      var ocsp = new Ocsp(server, work);
      crls.await(Crls.COMPLETE);
      assertThat(crls.openssl(work, certificate, List.of(crls.fetch(Crls.COMPLETE))).output())
          .contains("leaf.pem: OK");
      assertThat(ocsp.ask(certificate, "-nonce").succeeded().output())
          .contains("Response verify OK", "leaf.pem: good");

      server.command("cert", "revoke", Crls.hex(certificate)).run().succeeded();
      crls.awaitListed(Crls.COMPLETE, certificate);

      assertThat(crls.openssl(work, certificate, List.of(crls.fetch(Crls.COMPLETE))).output())
          .contains("certificate revoked");
      assertThat(ocsp.ask(certificate, "-nonce").output())
          .contains("Response verify OK", "leaf.pem: revoked");
      server.stop();
      server.assertSound();
    } finally {
      if (server.isRunning()) {
        server.kill();
      }
    }
  }
}
