package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `./certctl`, with a Java that only prints its arguments.
final class LauncherIT {

  @Test
  void runsWhereverItLies(@TempDir Path work) throws IOException {
    var jdk = Files.createDirectories(work.resolve("a jdk"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.createDirectories(jdk.resolve("bin"));
    var java = jdk.resolve("bin").resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

    var home = Files.createDirectories(work.resolve("a home"));
    var repository = Path.of(Certctl.launcher()).getParent();
    Command.of("cp", "-r", repository + "/certctl", repository + "/.ci", home.toString())
        .run()
        .succeeded();
    var app = Files.createDirectories(home.resolve("server").resolve("target").resolve("app"));
    Files.createFile(app.resolveSibling("certctl.jar"));
    var sum = Command.of("cksum", jdk + "/release").run().succeeded().stdout().split(" ", -1)[0];
    var cache = Files.writeString(app.resolve(sum + ".aot"), "learned");

    var result =
        Command.of(home + "/certctl", "cert", "show", "two words")
            .with("JAVA_HOME", jdk.toString())
            .with("CERTCTL_JAVA_OPTS", "-Done -Dtwo")
            .run()
            .succeeded();

    assertThat(result.stdout().lines())
        .contains("-XX:AOTCache=" + cache)
        .containsSubsequence(
            "-Done", "-Dtwo", "-jar", app + "/certctl.jar", "cert", "show", "two words");
  }
}
