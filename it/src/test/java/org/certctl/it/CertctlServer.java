package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One packaged server, shared by the tests of a class.
///
/// As an extension it initialises a data directory and starts before the first test of the class.
/// After the last one it stops the server in good order and holds what must be true after whatever
/// the tests did: the audit trail verifies, no enrollment is open, nothing secret is in the log or
/// the database, and the log shows no stack trace.
final class CertctlServer implements BeforeAllCallback, AfterAllCallback {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Pattern STACK_FRAME =
      Pattern.compile("(?:\\b|\\\\t)at [\\w.$/]+\\([\\w$]+\\.java:\\d+\\)");

  /// Whether keys of servers are on a token where the test leaves them to `init`: a second run of
  /// tests with everything else the same.
  private static final boolean KEYS_ON_TOKEN = Boolean.getBoolean("certctl.token");

  private final String caKey;
  private final Map<String, String> environment = new HashMap<>();
  private final int httpsPort = Ports.free();
  private final int httpPort = Ports.free();
  private final int managementPort = Ports.free();
  private @Nullable DataDirectory data;
  private @Nullable Path log;
  private @Nullable Process process;
  private boolean keysOnToken = KEYS_ON_TOKEN;
  private @Nullable Token token;

  private CertctlServer(String caKey) {
    this.caKey = caKey;
    environment.put("CERTCTL_SERVER_HOST", "127.0.0.1");
    environment.put("CERTCTL_SERVER_PORT", Integer.toString(httpsPort));
    environment.put("CERTCTL_SCEP_HTTP_PORT", Integer.toString(httpPort));
    environment.put("CERTCTL_MANAGEMENT_PORT", Integer.toString(managementPort));
  }

  /// A server whose issuing CA has an RSA-2048 key.
  static CertctlServer withRsaCa() {
    return new CertctlServer("rsa2048");
  }

  /// A server whose issuing CA has a P-256 key.
  static CertctlServer withEcCa() {
    return new CertctlServer("p256");
  }

  /// A server whose CAs have keys of this kind, as `init --ca-key` knows it.
  static CertctlServer withCa(String key) {
    return new CertctlServer(key);
  }

  /// Has the keys of CA, RA, OCSP and audit trail on a token.
  CertctlServer withToken() {
    keysOnToken = true;
    return this;
  }

  /// Sets an environment variable of the server.
  CertctlServer with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    initialise(Certctl.workDirectory(context.getRequiredTestClass().getSimpleName()));
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (process != null && process.isAlive()) {
      stop();
    }
    assertSound();
  }

  /// Runs `init` in this directory.
  void initialise(Path work) {
    data = DataDirectory.init(work.resolve("data"), caKey);
    if (keysOnToken) {
      token = Token.of(data.path());
      data = DataDirectory.at(data.path());
    }
    log = work.resolve("server.log");
  }

  /// Takes a directory that was made in another way.
  void use(Path directory, Path work) {
    data = DataDirectory.at(directory);
    log = work.resolve("server.log");
  }

  /// Starts and waits until the server says that it is ready.
  void start(String... javaOptions) {
    launch(javaOptions);
    Await.until(
        "the server is ready",
        PATIENCE,
        () -> {
          if (!running().isAlive()) {
            throw new AssertionError(
                "ended with " + running().exitValue() + " before it was ready\n" + log());
          }
          return ready();
        });
  }

  /// Starts, waits for the end that a crash point brings, and returns the exit code.
  int runToItsEnd(String... javaOptions) {
    launch(javaOptions);
    return awaitEnd();
  }

  /// Whether `/ready` answers 200.
  boolean ready() {
    try {
      return RawHttp.get(managementPort, "/ready").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /// SIGKILL; returns when the process is gone.
  void kill() {
    running().destroyForcibly();
    awaitEnd();
  }

  /// SIGTERM; returns when the process has ended in good order.
  void stop() {
    terminate();
    assertThat(awaitEnd()).as("exit code after SIGTERM").isIn(0, 143);
  }

  /// SIGTERM; does not wait.
  void terminate() {
    running().destroy();
  }

  /// Waits for the end of the process and returns its exit code.
  int awaitEnd() {
    try {
      if (!running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running after " + PATIENCE.toSeconds() + " s\n" + log());
      }
      return running().exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// Whether the process is alive.
  boolean isRunning() {
    return process != null && process.isAlive();
  }

  /// What must be true of a server that has stopped, whatever it went through.
  void assertSound() {
    assertRecordsAreSound();
    assertThat(STACK_FRAME.matcher(log()).find()).as("stack trace in the log\n%s", log()).isFalse();
    assertNoSecretLeft();
  }

  /// The same, where the log may tell of trouble.
  void assertRecordsAreSound() {
    assertThat(isRunning()).as("still running").isFalse();
    command("audit", "verify").run().succeeded();
    assertThat(new Inventory(data()).openEnrollments()).as("open enrollments").isZero();
  }

  private void assertNoSecretLeft() {
    var challenge = data().challenge();
    assertThat(log().contains(challenge)).as("the challenge is in the log").isFalse();
    for (var file : data().files()) {
      if (!file.endsWith("certctl.env")) {
        assertThat(read(file).contains(challenge)).as("the challenge is in %s", file).isFalse();
      }
    }
  }

  /// Whether its keys are on a token.
  boolean hasToken() {
    return token != null;
  }

  /// The token with its keys.
  Token token() {
    if (token == null) {
      throw new IllegalStateException("the keys are in files");
    }
    return token;
  }

  /// The data directory.
  DataDirectory data() {
    if (data == null) {
      throw new IllegalStateException("not initialised");
    }
    return data;
  }

  /// A command of the program for the data directory, beside the server or without it.
  Command command(String... words) {
    return Certctl.command(words)
        .with("CERTCTL_DATA_DIR", data().path().toString())
        .with(token == null ? Map.of() : token.environment());
  }

  /// What `certctl audit list` prints with these options.
  String audited(String... options) {
    return command("audit", "list").and(options).run().succeeded().stdout();
  }

  /// What `/metrics` says.
  String metrics() {
    try {
      return RawHttp.get(managementPort, "/metrics").text();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The value of a sample in `/metrics`.
  ///
  /// @param sample the name with its labels, as there
  OptionalDouble metric(String sample) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst();
  }

  /// Everything the server has printed so far, over all its starts.
  String log() {
    return log == null || !Files.exists(log) ? "" : read(log);
  }

  /// The URL of the profile `default` by plain HTTP.
  String httpUrl() {
    return "http://127.0.0.1:" + httpPort + "/scep/default";
  }

  /// The URL of the profile `default` by HTTPS.
  String httpsUrl() {
    return "https://localhost:" + httpsPort + "/scep/default";
  }

  /// The port of the plain listener.
  int httpPort() {
    return httpPort;
  }

  /// The port of the TLS listener.
  int httpsPort() {
    return httpsPort;
  }

  /// The port of the management listener.
  int managementPort() {
    return managementPort;
  }

  /// The process id.
  long pid() {
    return running().pid();
  }

  private void launch(String... javaOptions) {
    if (isRunning()) {
      throw new IllegalStateException("already running");
    }
    var builder =
        new ProcessBuilder(Certctl.launcher(), "serve", "--data-dir", data().path().toString())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CERTCTL_"));
    builder.environment().putAll(environment);
    if (token != null) {
      builder.environment().putAll(token.environment());
    }
    builder.environment().putAll(Certctl.environment(List.of(javaOptions)));
    if (log == null) {
      throw new IllegalStateException("not initialised");
    }
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("never started");
    }
    return process;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
