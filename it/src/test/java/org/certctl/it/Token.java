package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A token of SoftHSM 2 with the keys of a CA, of its RA, of its OCSP responder and of the audit
/// trail, none of which is in a file then.
final class Token {

  private static final String MODULE = "/usr/lib/softhsm/libsofthsm2.so";
  private static final String PIN = "135790";

  /// Their labels; their ids are 01, 02 and so on.
  private static final List<String> KEYS = List.of("ca", "ra", "audit", "ocsp");

  private final Path folder;

  private Token(Path folder) {
    this.folder = folder;
  }

  /// Makes a token beside a data directory that `certctl init` made, moves its keys there, makes
  /// keys of RA and OCSP, and says so in `certctl.env`.
  static Token of(Path data) {
    var token = new Token(data.resolveSibling("softhsm"));
    try {
      Files.createDirectories(token.folder.resolve("tokens"));
      Files.writeString(
          token.configuration(),
          "directories.tokendir = " + token.folder.resolve("tokens") + "\nlog.level = ERROR\n");
      token
          .tool("softhsm2-util", "--init-token", "--free", "--label", "certctl")
          .and("--so-pin", PIN)
          .run()
          .succeeded();
      Files.writeString(data.resolve("pin"), PIN + "\n");
      Files.setPosixFilePermissions(
          data.resolve("pin"), PosixFilePermissions.fromString("rw-------"));
      token.makeRa(data);
      token.makeOcspKey(data);
      for (var name : KEYS) {
        token.take(data.resolve(name + ".key"), name);
      }
      token.configure(data.resolve("certctl.env"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return token;
  }

  private Path configuration() {
    return folder.resolve("softhsm2.conf");
  }

  private Command tool(String... words) {
    return Command.of(words).and("--pin", PIN).with(environment());
  }

  /// What a process needs that uses the token.
  Map<String, String> environment() {
    return Map.of("SOFTHSM2_CONF", configuration().toString());
  }

  private void makeRa(Path data) throws IOException {
    Files.writeString(
        data.resolve("ra.ext"), "keyUsage = critical, digitalSignature, keyEncipherment\n");
    Command.of("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=RA")
        .and("-keyout", "ra.key", "-out", "ra.csr")
        .in(data)
        .run()
        .succeeded();
    Command.of("openssl", "x509", "-req", "-in", "ra.csr", "-CA", "ca.crt", "-CAkey", "ca.key")
        .and("-days", "30", "-extfile", "ra.ext", "-out", "ra.crt")
        .in(data)
        .run()
        .succeeded();
  }

  private void makeOcspKey(Path data) {
    Command.of("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        .and("-out", "ocsp.key")
        .in(data)
        .run()
        .succeeded();
  }

  private void take(Path key, String name) throws IOException {
    tool("softhsm2-util", "--import", key.toString(), "--token", "certctl", "--label", name)
        .and("--id", "%02d".formatted(KEYS.indexOf(name) + 1))
        .run()
        .succeeded();
    Files.delete(key);
  }

  private void configure(Path settings) throws IOException {
    var lines = new ArrayList<String>();
    for (var line : Files.readAllLines(settings, StandardCharsets.UTF_8)) {
      if (!line.startsWith("CERTCTL_CA_KEY_PATH") && !line.startsWith("CERTCTL_AUDIT_KEY_PATH")) {
        lines.add(line);
      }
    }
    var ra = "CERTCTL_SCEP_PROFILE_DEFAULT_RA_";
    lines.add("CERTCTL_CA_KEY_PATH=" + uri("object=ca"));
    lines.add("CERTCTL_CA_KEY_PASSWORD_FILE=pin");
    lines.add("CERTCTL_AUDIT_KEY_PATH=" + uri("id=%03") + "&pin-source=file:pin");
    lines.add(ra + "CERT_PATH=ra.crt");
    lines.add(ra + "KEY_PATH=" + uri("object=ra;id=%02"));
    lines.add(ra + "KEY_PASSWORD_FILE=pin");
    lines.add("CERTCTL_OCSP_RESPONDER_KEY_PATH=" + uri("object=ocsp"));
    lines.add("CERTCTL_OCSP_RESPONDER_KEY_PASSWORD_FILE=pin");
    Files.write(settings, lines);
  }

  private static String uri(String key) {
    return "pkcs11:token=certctl;" + key + "?module-path=" + MODULE;
  }

  /// Takes the token away from whoever uses it.
  void takeAway() throws IOException {
    Files.move(folder.resolve("tokens"), folder.resolve("away"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Brings it back.
  void bringBack() throws IOException {
    Files.move(folder.resolve("away"), folder.resolve("tokens"), StandardCopyOption.ATOMIC_MOVE);
  }
}
