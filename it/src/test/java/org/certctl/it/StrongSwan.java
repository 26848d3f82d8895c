package org.certctl.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/// strongSwan's `pki --scep`: enrolls a device with a new RSA key; and `pki --verify`.
///
/// What it reads and writes lies in one directory, under the device's common name: `NAME.key`,
/// `NAME.crt`, and the certificates it is told to trust.
final class StrongSwan {

  private final String url;
  private final List<X509Certificate> chain;
  private final X509Certificate ra;
  private final Path work;

  /// @param chain the issuing CA first, the root last
  /// @param ra signs the replies and can open the requests
  private StrongSwan(String url, List<X509Certificate> chain, X509Certificate ra, Path work) {
    this.url = url;
    this.chain = chain;
    this.ra = ra;
    this.work = work;
  }

  /// One that trusts the server's CA.
  static StrongSwan of(CertctlServer server, Path work) {
    return new StrongSwan(
        server.httpUrl(), server.data().chain(), server.data().raCertificate(), work);
  }

  /// One that trusts these certificates.
  static StrongSwan of(String url, List<X509Certificate> chain, X509Certificate ra, Path work) {
    return new StrongSwan(url, chain, ra, work);
  }

  /// This one, trusting other certificates.
  StrongSwan trusting(List<X509Certificate> otherChain, X509Certificate otherRa) {
    return new StrongSwan(url, otherChain, otherRa, work);
  }

  /// This one, asking elsewhere.
  StrongSwan at(String otherUrl) {
    return new StrongSwan(otherUrl, chain, ra, work);
  }

  /// The command that asks for `C=CH, O=certctl, CN=name`; it prints the certificate as PEM, and
  /// asks a second time, a second later, when it is told to wait.
  Command command(String name, String... more) throws IOException {
    return commandInto(name, name, more);
  }

  /// Likewise, with files of another name.
  Command commandInto(String files, String name, String... more) throws IOException {
    var key = file(files + ".key");
    Command.of("openssl", "genrsa", "-out", key, "2048").run().succeeded();
    var raFile = OpenSsl.writePem(work.resolve("ra.pem"), List.of(ra)).toString();
    var issuing = OpenSsl.writePem(work.resolve("issuing.pem"), List.of(chain.getFirst()));
    var root = OpenSsl.writePem(work.resolve("root.pem"), List.of(chain.getLast()));
    return Command.of("pki", "--scep", "--url", url, "--in", key)
        .and("--dn", "C=CH, O=certctl, CN=" + name)
        .and("--cacert-enc", raFile, "--cacert-sig", raFile)
        .and("--cacert", issuing.toString(), "--cacert", root.toString())
        .and("--interval", "1", "--maxpolltime", "1", "--outform", "pem")
        .and(more)
        .in(work);
  }

  /// Enrolls, and keeps the certificate in `NAME.crt`.
  X509Certificate enrolls(String name, String... more) throws IOException {
    return enrollsInto(name, name, more);
  }

  /// Likewise, with files of another name.
  X509Certificate enrollsInto(String files, String name, String... more) throws IOException {
    return keep(files, commandInto(files, name, more).run());
  }

  /// Keeps what a command printed in `NAME.crt`.
  X509Certificate keep(String files, Command.Result result) throws IOException {
    var pem = result.succeeded().stdout().getBytes(StandardCharsets.US_ASCII);
    Files.write(work.resolve(files + ".crt"), pem);
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem));
    } catch (CertificateException e) {
      throw new AssertionError("no certificate:\n" + result, e);
    }
  }

  /// What `pki --verify` says of a certificate under the server's root.
  ///
  /// @param revocation `--online`, or `--crl` and a file
  static Command.Result verify(
      CertctlServer server, Path work, X509Certificate certificate, String... revocation) {
    var leaf = OpenSsl.writePem(work.resolve("verified.pem"), List.of(certificate));
    var command = Command.of("pki", "--verify", "--in", leaf.toString()).and(revocation);
    var chain = server.data().chain();
    for (var i = 0; i < chain.size(); i++) {
      var ca = OpenSsl.writePem(work.resolve("ca-" + i + ".pem"), List.of(chain.get(i)));
      command = command.and("--cacert", ca.toString());
    }
    return command.run();
  }

  private String file(String name) {
    return work.resolve(name).toString();
  }
}
