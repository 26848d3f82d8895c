package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.it.Crls.COMPLETE;
import static org.certctl.it.Crls.hex;

import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// CRLs of partitions from outside (RFC 5280, section 5.2.5), and what becomes of them when the
/// operator changes his mind.
final class CrlPartitionIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String PARTITIONS = "CERTCTL_CRL_PARTITIONS";

  /// The JDK keeps CRLs that it has fetched, and that of this partition it must not have.
  private static final String UNFETCHED = "/3";

  static {
    var _ =
        SERVER
            .with("CERTCTL_PUBLIC_URL", "http://127.0.0.1:" + SERVER.httpPort())
            .with(PARTITIONS, "4");
  }

  private final Crls crls = new Crls(SERVER);

  @TempDir Path work;

  @Test
  void aRevocationIsInTheCrlThatTheCertificateNamesAndInThatOfAll() throws Exception {
    var certificate = enrolled("partition-revoked", path -> !path.endsWith(UNFETCHED));
    var path = Crls.named(certificate);
    assertThat(path).matches(COMPLETE + "/[1-4]");
    crls.await(path);
    assertThat(openssl(certificate, crls.fetch(path))).isEmpty();
    crls.jdk(certificate, List.of(crls.fetch(path)));

    cert("revoke", certificate);
    crls.awaitListed(path, certificate);
    crls.awaitListed(COMPLETE, certificate);

    for (var each : List.of(path, COMPLETE)) {
      var crl = crls.fetch(each);
      assertThat(openssl(certificate, crl)).as(each).contains("certificate revoked");
      assertThatThrownBy(() -> crls.jdk(certificate, List.of(crl)))
          .as(each)
          .isInstanceOfSatisfying(
              CertPathValidatorException.class,
              e ->
                  assertThat(e.getReason())
                      .isEqualTo(CertPathValidatorException.BasicReason.REVOKED));
    }
  }

  @Test
  void theCrlOfAnotherPartitionSaysNothing() throws Exception {
    var certificate = enrolled("partition-other", path -> path.endsWith(UNFETCHED));
    var path = Crls.named(certificate);
    var another = COMPLETE + "/1";
    crls.await(another);
    var crl = crls.fetch(another);

    assertThat(crl.getCriticalExtensionOIDs()).containsExactly("2.5.29.28");
    assertThat(openssl(certificate, crl)).contains("scope");
    var own = crls.fetch(path);
    // The JDK would fetch the right one.
    SERVER.stop();
    try {
      crls.jdk(certificate, List.of(crl, own));
      assertThatThrownBy(() -> crls.jdk(certificate, List.of(crl)))
          .isInstanceOfSatisfying(
              CertPathValidatorException.class,
              e ->
                  assertThat(e.getReason())
                      .isEqualTo(
                          CertPathValidatorException.BasicReason.UNDETERMINED_REVOCATION_STATUS));
    } finally {
      SERVER.start();
    }
  }

  @Test
  void theJdkFetchesItByItself() throws Exception {
    var certificate = enrolled("partition-fetched", path -> !path.endsWith(UNFETCHED));
    crls.await(Crls.named(certificate));

    crls.jdk(certificate, List.of());
  }

  @Test
  void whatCertificatesNameIsPublishedWhenTheOperatorChangesHisMind() throws Exception {
    var before = enrolled("partition-before", path -> path.endsWith("/4"));
    SERVER.stop();
    var _ = SERVER.with(PARTITIONS, "0");
    SERVER.start();
    try {
      var after = new Device(SERVER, "partition-after").enroll();
      assertThat(Crls.named(after)).isEqualTo(COMPLETE);
      cert("revoke", before);
      cert("revoke", after);
      crls.awaitListed(Crls.named(before), before);
      crls.awaitListed(COMPLETE, after);

      assertThat(openssl(before, crls.fetch(Crls.named(before)))).contains("certificate revoked");
      assertThat(openssl(before, crls.fetch(COMPLETE))).contains("certificate revoked");
      assertThat(openssl(after, crls.fetch(COMPLETE))).contains("certificate revoked");
      assertThat(crls.fetch(Crls.named(before)).getRevokedCertificate(after)).isNull();
    } finally {
      SERVER.stop();
      var _ = SERVER.with(PARTITIONS, "4");
      SERVER.start();
    }
  }

  /// A certificate that names a partition like this.
  private static X509Certificate enrolled(String name, Predicate<String> partition) {
    for (var i = 0; ; i++) {
      var certificate = new Device(SERVER, name + "-" + i).enroll();
      if (partition.test(Crls.named(certificate))) {
        return certificate;
      }
    }
  }

  private static void cert(String action, X509Certificate certificate) {
    SERVER.command("cert", action, hex(certificate)).run().succeeded();
  }

  /// Why openssl refuses the certificate; empty when it accepts it.
  private String openssl(X509Certificate certificate, X509CRL crl) throws Exception {
    var result = crls.openssl(work, certificate, List.of(crl));
    return result.exitCode() == 0 ? "" : result.output();
  }
}
