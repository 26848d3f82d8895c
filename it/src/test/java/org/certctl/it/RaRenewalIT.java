package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// RA certificates that are renewed while the server runs. A new one is due every few seconds, but
/// the grace of the old ones is longer than any test takes, until a restart shortens it: so nothing
/// depends on how fast the machine is.
final class RaRenewalIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_SCEP_RA_LIFETIME", "3600s")
          .with("CERTCTL_SCEP_RA_RENEW_BEFORE", "3590s")
          .with("CERTCTL_SCEP_RA_GRACE", "1d");

  @Test
  void announcesANewRaInTimeAndOpensThePreviousKeyForItsGrace_CAC11() throws IOException {
    var first = SERVER.data().raCertificates().getFirst();
    new Device(SERVER, "ra-1").recipient(first).enroll();

    Await.until("another RA is announced", PATIENCE, () -> !first.equals(announced()));
    var second = announced();
    assertThat(second.getPublicKey()).as("a new key").isNotEqualTo(first.getPublicKey());

    var late = new Device(SERVER, "ra-2").recipient(first);
    var reply = late.send();
    assertThat(late.certificate(reply)).isNotNull();
    assertThat(encoded(reply.signerCertificate())).isEqualTo(encoded(first));
    var current = new Device(SERVER, "ra-3").recipient(second).send();
    assertThat(encoded(current.signerCertificate())).isEqualTo(encoded(second));

    SERVER.stop();
    SERVER.with("CERTCTL_SCEP_RA_RENEW_BEFORE", "60s").with("CERTCTL_SCEP_RA_GRACE", "1s").start();
    Await.until(
        "the keys are destroyed whose grace is over",
        PATIENCE,
        () -> SERVER.data().raCertificates().equals(List.of(announced())));
    new Device(SERVER, "ra-4").recipient(first).send().failedWith(Reply.FailInfoCode.BAD_REQUEST);
    new Device(SERVER, "ra-5").recipient(announced()).enroll();
    assertThat(SERVER.audited()).contains("ra_key", "made", "destroyed");
  }

  private static X509Certificate announced() {
    try {
      var body = RawHttp.get(SERVER.httpPort(), "/scep/default?operation=GetCACert").body();
      var factory = java.security.cert.CertificateFactory.getInstance("X.509");
      var all = List.copyOf(factory.generateCertificates(new java.io.ByteArrayInputStream(body)));
      return (X509Certificate) all.getFirst();
    } catch (IOException | java.security.cert.CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] encoded(X509CertificateHolder certificate) throws IOException {
    return certificate.getEncoded();
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
