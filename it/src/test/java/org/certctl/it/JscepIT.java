package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jscep.client.Client;
import org.jscep.client.EnrollmentResponse;
import org.jscep.transaction.FailInfo;
import org.jscep.transport.TransportFactory;
import org.jscep.transport.UrlConnectionTransportFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// jscep 2.5.8: indefinite lengths at both layers; its GET leaves '+' raw.
final class JscepIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  private final List<TransportFactory.Method> methods = new ArrayList<>();

  @Test
  void enrollsByPost() throws Exception {
    var response = enroll(client(TransportFactory.Method.POST), "jscep-1", challenge());

    accept(response);
    assertThat(methods).contains(TransportFactory.Method.POST);
  }

  @Test
  void enrollsByGetWithRawPlus() throws Exception {
    var response = enroll(client(TransportFactory.Method.GET), "jscep-2", challenge());

    accept(response);
    assertThat(methods).doesNotContain(TransportFactory.Method.POST);
  }

  @Test
  void isRefusedWithAWrongChallenge() throws Exception {
    var response = enroll(client(TransportFactory.Method.POST), "jscep-3", "not-the-challenge");

    assertThat(response.isFailure()).isTrue();
    assertThat(response.getFailInfo()).isEqualTo(FailInfo.badRequest);
  }

  private static String challenge() {
    return SERVER.data().challenge();
  }

  private Client client(TransportFactory.Method operationMethod) throws Exception {
    var pinned = SERVER.data().chain();
    var ra = SERVER.data().raCertificate();
    var client =
        new Client(
            URI.create(SERVER.httpUrl()).toURL(),
            certificate -> pinned.contains(certificate) || ra.equals(certificate));
    var factory = new UrlConnectionTransportFactory();
    client.setTransportFactory(
        (method, url) -> {
          var used =
              method == TransportFactory.Method.POST
                  ? operationMethod
                  : TransportFactory.Method.GET;
          methods.add(used);
          return factory.forMethod(used, url);
        });
    return client;
  }

  private static EnrollmentResponse enroll(Client client, String commonName, String challenge)
      throws Exception {
    var key = Keys.rsa();
    var csr = new Csr("CN=" + commonName, key).challenge(challenge).build();
    return client.enrol(Keys.selfSigned("CN=" + commonName, key), key.getPrivate(), csr);
  }

  private void accept(EnrollmentResponse response) throws Exception {
    assertThat(response.isSuccess()).isTrue();
    var certificates = response.getCertStore().getCertificates(null);
    assertThat(certificates).hasSize(1);
    var issued = (X509Certificate) certificates.iterator().next();
    OpenSsl.assertAccepts(SERVER.data(), issued, work);
  }
}
