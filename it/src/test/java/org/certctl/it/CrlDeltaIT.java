package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.it.Crls.COMPLETE;
import static org.certctl.it.Crls.hex;

import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Delta CRLs from outside, where complete ones take their time (RFC 5280, section 5.2.4).
final class CrlDeltaIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String DELTA = COMPLETE + "/delta";
  private static final String DELTA_CRL_INDICATOR = "2.5.29.27";

  static {
    var _ =
        SERVER
            .with("CERTCTL_PUBLIC_URL", "http://127.0.0.1:" + SERVER.httpPort())
            .with("CERTCTL_CRL_ON_REVOCATION", "false")
            .with("CERTCTL_CRL_DELTA_ENABLED", "true");
  }

  private final Crls crls = new Crls(SERVER);

  @TempDir Path work;

  @Test
  void opensslHeedsARevocationThatOnlyTheDeltaKnows() throws Exception {
    var certificate = new Device(SERVER, "delta-revoked").enroll();
    var other = new Device(SERVER, "delta-good").enroll();
    crls.await(DELTA);
    var complete = crls.fetch(COMPLETE);
    cert("revoke", certificate);
    crls.awaitListed(DELTA, certificate);

    assertThat(openssl(certificate, complete)).isEmpty();
    var both = new X509CRL[] {complete, crls.fetch(DELTA)};
    assertThat(openssl(certificate, both)).contains("certificate revoked");
    assertThat(openssl(other, both)).isEmpty();
  }

  @Test
  void opensslHeedsTheReleaseOfAHoldOnTheCompleteCrl() throws Exception {
    var certificate = new Device(SERVER, "delta-held").enroll();
    cert("hold", certificate);
    restart("true");
    crls.awaitListed(COMPLETE, certificate);
    restart("false");
    var complete = crls.fetch(COMPLETE);
    assertThat(openssl(certificate, complete)).contains("certificate revoked");

    cert("release", certificate);
    Await.until(
        "the delta removes it",
        Crls.SOON,
        () ->
            Optional.ofNullable(crls.fetch(DELTA).getRevokedCertificate(certificate))
                .filter(entry -> entry.getRevocationReason() == CRLReason.REMOVE_FROM_CRL)
                .isPresent());
    assertThat(openssl(certificate, complete, crls.fetch(DELTA))).isEmpty();
  }

  @Test
  void theJdkGoesOnWithTheCompleteCrl() throws Exception {
    var certificate = new Device(SERVER, "delta-jdk").enroll();
    crls.await(DELTA);

    crls.jdk(certificate, List.of(crls.fetch(COMPLETE)));
    crls.jdk(certificate, List.of(crls.fetch(DELTA), crls.fetch(COMPLETE)));
  }

  @Test
  void theDeltaIsServedWithWhatCachesNeed() throws Exception {
    crls.await(DELTA);
    var response = RawHttp.get(SERVER.httpPort(), DELTA);

    assertThat(response.header("Content-Type")).contains("application/pkix-crl");
    assertThat(response.header("Cache-Control").orElseThrow())
        .containsPattern("max-age=3[56]\\d{2}\\b");
    var tag = response.header("ETag").orElseThrow();
    assertThat(response.header("Last-Modified")).isPresent();
    assertThat(
            RawHttp.exchange(
                    SERVER.httpPort(),
                    "GET "
                        + DELTA
                        + " HTTP/1.1\r\nHost: a\r\nIf-None-Match: "
                        + tag
                        + "\r\nConnection: close\r\n\r\n")
                .status())
        .isEqualTo(304);
    var delta = crls.fetch(DELTA);
    assertThat(delta.getCriticalExtensionOIDs()).containsExactly(DELTA_CRL_INDICATOR);
    assertThat(Crls.number(delta)).isGreaterThan(Crls.number(delta, DELTA_CRL_INDICATOR));
    assertThat(SERVER.metrics())
        .contains("certctl_crl_entries{crl=\"complete\",issuer=\"iss-local\"}")
        .contains("certctl_crl_entries{crl=\"delta\",issuer=\"iss-local\"}");
  }

  private static void restart(String onRevocation) {
    SERVER.stop();
    var _ = SERVER.with("CERTCTL_CRL_ON_REVOCATION", onRevocation);
    SERVER.start();
  }

  private static void cert(String action, X509Certificate certificate) {
    SERVER.command("cert", action, hex(certificate)).run().succeeded();
  }

  /// Why openssl refuses the certificate; empty when it accepts it.
  private String openssl(X509Certificate certificate, X509CRL... crls) throws Exception {
    var result = this.crls.openssl(work, certificate, List.of(crls), "-use_deltas");
    return result.exitCode() == 0 ? "" : result.output();
  }
}
