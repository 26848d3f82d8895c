package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The packaged program, run the way an operator runs it.
final class Certctl {

  /// For processes that compute for seconds, such as many keys from passphrases: both compilers.
  static final String BOTH_COMPILERS = "-XX:TieredStopAtLevel=4";

  /// Tests start many short processes, for which the first compiler is enough, and what they are
  /// going to call need not be compiled ahead.
  private static final String JAVA_OPTIONS =
      "-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining";

  private Certctl() {}

  /// A command of the program, by the launcher `./certctl`.
  static Command command(String... arguments) {
    return Command.of(launcher()).and(arguments).with(environment(List.of()));
  }

  /// The launcher.
  static String launcher() {
    var launcher = Path.of(System.getProperty("certctl.home", ".."), "certctl");
    return launcher.toAbsolutePath().normalize().toString();
  }

  /// What the launcher must know: this JDK, and further options for Java.
  static Map<String, String> environment(List<String> javaOptions) {
    return Map.of(
        "JAVA_HOME",
        System.getProperty("java.home"),
        "CERTCTL_JAVA_OPTS",
        JAVA_OPTIONS + " " + String.join(" ", javaOptions));
  }

  /// Runs a command of the program to its end.
  static Command.Result run(String... arguments) {
    return command(arguments).run();
  }

  /// Whether the process was started with SIGHUP (bit 0 of the mask) ignored.
  static boolean ignoresHangUp(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> line.substring("SigIgn:".length()).strip())
        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & 1) != 0);
  }

  /// An empty directory for this name below `target/it`; what an earlier run left there is deleted.
  static Path workDirectory(String name) {
    var directory = Path.of(System.getProperty("certctl.work", "target/it"), name).toAbsolutePath();
    try {
      if (Files.exists(directory)) {
        try (var tree = Files.walk(directory)) {
          for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
