package org.certctl.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// certmonger's daemon with a CA of ours, private to a test: it lives as long as one script of
/// `getcert` commands, its state in the directory.
final class CertmongerSession {

  private final CertctlServer server;
  private final Path work;
  private int scripts;

  CertmongerSession(CertctlServer server, Path work) throws IOException {
    this.server = server;
    this.work = work;
    for (var directory : new String[] {"requests", "cas", "local"}) {
      Files.createDirectory(work.resolve(directory));
    }
  }

  /// Adds the CA and requests `device.pem` for this name; ends when it is issued or refused, or
  /// when certmonger has waited this long for either.
  Command request(String commonName, String challenge, int seconds) throws IOException {
    return script(
        "getcert add-scep-ca -c certctl -u " + server.httpUrl(),
        "getcert request -c certctl -I device -k %1$s/device.key -f %1$s/device.pem".formatted(work)
            + " -N CN=%1$s -D %1$s.example -L %2$s -w --wait-timeout %3$d -v"
                .formatted(commonName, challenge, seconds));
  }

  /// Runs these commands against the daemon, which remembers what earlier scripts did.
  Command script(String... commands) throws IOException {
    var file =
        Files.writeString(
            work.resolve("session-" + scripts++ + ".sh"),
            "#!/bin/sh\nset -e\n" + String.join("\n", commands) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return Command.of("certmonger", "-L", "-P", work.resolve("socket").toString(), "-n")
        .and("-d", "1", "-c", file.toString())
        .with("CERTMONGER_REQUESTS_DIR", work.resolve("requests").toString())
        .with("CERTMONGER_CAS_DIR", work.resolve("cas").toString())
        .with("CERTMONGER_LOCAL_CA_DIR", work.resolve("local").toString())
        .with("CERTMONGER_CONFIG_DIR", work.toString());
  }
}
