package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import org.jscep.client.Client;
import org.jscep.transaction.FailInfo;
import org.jscep.transaction.OperationFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// GetCert by jscep: who may fetch what (RFC 8894, sections 2.6 and 4.5).
final class GetCertIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @Test
  void gc2FetchesItsOwnCertificateSigningWithIt() throws Exception {
    var key = Keys.freshRsa();
    var certificate = enroll("own", key);

    assertThat(fetch(certificate, key, certificate.getSerialNumber())).isEqualTo(certificate);
  }

  @Test
  void gc4FetchesWhatItsKeyWasCertifiedWithWhateverCertificateSigns() throws Exception {
    var key = Keys.freshRsa();
    var certificate = enroll("own-key", key);

    assertThat(fetch(Keys.selfSigned("CN=any", key), key, certificate.getSerialNumber()))
        .isEqualTo(certificate);
  }

  @Test
  void gc4FetchesOlderCertificatesOfTheSameSubject() throws Exception {
    var older = enroll("renewed", Keys.freshRsa());
    var key = Keys.freshRsa();
    var newer = enroll("renewed", key);

    assertThat(fetch(newer, key, older.getSerialNumber())).isEqualTo(older);
    Certctl.run(
            "cert",
            "revoke",
            newer.getSerialNumber().toString(16),
            "--data-dir",
            SERVER.data().path().toString())
        .succeeded();
    assertRefused(newer, key, older.getSerialNumber(), FailInfo.badRequest);
  }

  @Test
  void gc4Sec17RefusesStrangersAndOtherDevices() throws Exception {
    var wanted = enroll("wanted", Keys.freshRsa()).getSerialNumber();
    var key = Keys.freshRsa();
    var other = enroll("other", key);

    assertRefused(other, key, wanted, FailInfo.badRequest);
    assertRefused(Keys.selfSigned("CN=wanted,O=certctl", key), key, wanted, FailInfo.badRequest);
  }

  @Test
  void gc3SaysThatThereIsNoSuchCertificate() throws Exception {
    var key = Keys.freshRsa();
    var certificate = enroll("curious", key);

    assertRefused(
        certificate, key, new BigInteger(128, new java.util.Random(1)), FailInfo.badCertId);
    assertRefused(certificate, key, BigInteger.ZERO, FailInfo.badCertId);
    assertRefused(certificate, key, BigInteger.TEN.pow(60), FailInfo.badCertId);
  }

  private static X509Certificate enroll(String commonName, KeyPair key) {
    return new Device(SERVER, commonName).key(key).requesterKey(key).enroll();
  }

  private static X509Certificate fetch(
      X509Certificate identity, KeyPair key, BigInteger serialNumber) throws Exception {
    var found =
        client().getCertificate(identity, key.getPrivate(), serialNumber).getCertificates(null);
    assertThat(found).hasSize(1);
    return (X509Certificate) found.iterator().next();
  }

  private static void assertRefused(
      X509Certificate identity, KeyPair key, BigInteger serialNumber, FailInfo failInfo) {
    assertThatThrownBy(() -> fetch(identity, key, serialNumber))
        .isInstanceOfSatisfying(
            OperationFailureException.class, e -> assertThat(e.getFailInfo()).isEqualTo(failInfo));
  }

  private static Client client() throws Exception {
    return new Client(URI.create(SERVER.httpUrl()).toURL(), _ -> true);
  }
}
