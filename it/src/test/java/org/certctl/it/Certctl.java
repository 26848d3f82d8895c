package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The packaged program, run the way an operator runs it.
final class Certctl {

  /// The options of the launcher, without the AOT cache.
  private static final List<String> JVM_OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-Xmx192m",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto");

  private Certctl() {}

  /// The command line for these arguments.
  static List<String> words(List<String> jvmOptions, String... arguments) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(JVM_OPTIONS);
    words.addAll(jvmOptions);
    words.add("-jar");
    words.add(jar().toString());
    words.addAll(List.of(arguments));
    return words;
  }

  /// A command of the program.
  static Command command(String... arguments) {
    return Command.of(words(List.of(), arguments));
  }

  /// Runs a command of the program to its end.
  static Command.Result run(String... arguments) {
    return command(arguments).run();
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

  private static Path jar() {
    var jar = Path.of(System.getProperty("certctl.jar", "../server/target/certctl.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new AssertionError("not built: " + jar.toAbsolutePath().normalize());
    }
    return jar.toAbsolutePath().normalize();
  }
}
