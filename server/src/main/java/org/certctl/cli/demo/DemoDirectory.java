package org.certctl.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.config.Configuration;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyType;
import org.certctl.secret.Secret;
import org.certctl.setup.DataDirectorySetup;
import org.certctl.setup.SetupRequest;
import org.certctl.setup.SetupResult;

/// The data directory of a demonstration or a test authority: a temporary one that goes when it
/// ends, or one that was named and stays.
public final class DemoDirectory implements AutoCloseable {

  private static final String CHALLENGE_FILE = "demo-challenge.txt";
  private static final String CONNECTOR_FILE = "demo-connector.pem";

  private final Path path;
  private final boolean temporary;
  private final boolean reused;

  private DemoDirectory(Path path, boolean temporary, boolean reused) {
    this.path = path;
    this.temporary = temporary;
    this.reused = reused;
  }

  /// Makes a directory ready to serve, or takes one that is.
  ///
  /// @throws CommandFailedException when a directory was named that holds something else
  ///
  /// @param organization what stands in the names of the CAs
  public static DemoDirectory open(
      Optional<Path> named, String organization, CommandContext context)
      throws IOException, CommandFailedException {
    boolean temporary = named.isEmpty();
    Path path =
        temporary
            ? Files.createTempDirectory("certctl-demo-")
            : named.get().toAbsolutePath().normalize();
    SetupRequest request =
        new SetupRequest(path, List.of("localhost", "127.0.0.1"), KeyType.RSA_3072, organization);
    SetupResult result =
        new DataDirectorySetup(context.providers(), context.clock(), context.random())
            .create(request);
    return switch (result) {
      case SetupResult.Created _ -> new DemoDirectory(path, temporary, false);
      case SetupResult.Requested _ -> throw new IllegalStateException("a demonstration has a CA");
      case SetupResult.InUse _ -> {
        if (!Files.exists(path.resolve(Configuration.SETTINGS_FILE_NAME))) {
          throw new CommandFailedException(
              path + " is neither empty nor a data directory of certctl; nothing was touched");
        }
        yield new DemoDirectory(path, false, true);
      }
    };
  }

  /// Where it is.
  public Path path() {
    return path;
  }

  /// Whether it goes when the demonstration ends.
  boolean isTemporary() {
    return temporary;
  }

  /// Whether it was there before.
  boolean isReused() {
    return reused;
  }

  /// The file that the challenge is put in while the demonstration lasts.
  Path challengeFile() {
    return path.resolve(CHALLENGE_FILE);
  }

  /// The file with the certificate of the demonstration's connector.
  Path connectorFile() {
    return path.resolve(CONNECTOR_FILE);
  }

  /// Puts the challenge in a file of its own, so that no command needs it as an argument.
  void writeChallenge(Secret challenge) throws IOException {
    DurableFile.writePrivate(
        challengeFile(), (challenge.revealText() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// Sees to it that a signal, which ends the process, first stops the server and then removes what
  /// {@link #close()} removes.
  ///
  /// @param stop what stops the server, once there is one
  public void closeAtSignal(AtomicReference<Runnable> stop) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      stop.get().run();
                      close();
                    }));
  }

  /// Removes what is only for the demonstration: all of a temporary directory. A signal lets two
  /// threads come here, the one that ends the process and the one that served: the later waits, so
  /// that neither ends the process while the other is at it.
  @Override
  public synchronized void close() {
    try {
      if (temporary) {
        remove();
      } else {
        Files.deleteIfExists(challengeFile());
        Files.deleteIfExists(connectorFile());
      }
    } catch (IOException | UncheckedIOException e) {
      // What is left lies in the directory for temporary files, readable by its owner only.
      return;
    }
  }

  private void remove() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(path)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
