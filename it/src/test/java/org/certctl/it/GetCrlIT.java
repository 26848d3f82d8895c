package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.security.auth.x500.X500Principal;
import org.jscep.client.Client;
import org.jscep.transaction.FailInfo;
import org.jscep.transaction.OperationFailureException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// GetCRL by jscep (RFC 8894, sections 2.7 and 4.6).
final class GetCrlIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String CRL = "/.well-known/pki/crl/iss-local";
  private static final Duration SOON = Duration.ofSeconds(20);

  @BeforeAll
  static void awaitCrl() {
    Await.until("a CRL is published", SOON, () -> served().status() == 200);
  }

  @Test
  void gc5AnswersWithTheNewestCrlOfTheIssuer() throws Exception {
    var key = Keys.freshRsa();
    var certificate = new Device(SERVER, "reader").key(key).requesterKey(key).enroll();
    Certctl.run(
            "cert",
            "revoke",
            certificate.getSerialNumber().toString(16),
            "--data-dir",
            SERVER.data().path().toString())
        .succeeded();
    Await.until(
        "the revocation is told by GetCRL",
        SOON,
        () ->
            fetch(certificate, key, certificate.getIssuerX500Principal(), BigInteger.ONE)
                    .getRevokedCertificate(certificate)
                != null);

    var crl = fetch(certificate, key, certificate.getIssuerX500Principal(), BigInteger.ONE);

    crl.verify(SERVER.data().chain().getFirst().getPublicKey());
    assertThat(crl.getEncoded()).isEqualTo(served().body());
  }

  @Test
  void gc6AnswersAnybodyWhateverTheSerialNumber() {
    var key = Keys.freshRsa();
    var issuer = SERVER.data().chain().getFirst().getSubjectX500Principal();

    assertThat(fetch(Keys.selfSigned("CN=anybody", key), key, issuer, BigInteger.TEN)).isNotNull();
  }

  @Test
  void gc3KnowsNoOtherIssuer() {
    var key = Keys.freshRsa();

    assertThatThrownBy(
            () ->
                client()
                    .getRevocationList(
                        Keys.selfSigned("CN=anybody", key),
                        key.getPrivate(),
                        new X500Principal("CN=Somebody Else"),
                        BigInteger.ONE))
        .isInstanceOfSatisfying(
            OperationFailureException.class,
            e -> assertThat(e.getFailInfo()).isEqualTo(FailInfo.badCertId));
  }

  private static X509CRL fetch(
      X509Certificate identity, KeyPair key, X500Principal issuer, BigInteger serialNumber) {
    try {
      return client().getRevocationList(identity, key.getPrivate(), issuer, serialNumber);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Client client() throws Exception {
    return new Client(URI.create(SERVER.httpUrl()).toURL(), _ -> true);
  }

  private static RawHttp.Response served() {
    try {
      return RawHttp.get(SERVER.httpPort(), CRL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
