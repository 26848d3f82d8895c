package org.certctl.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.certctl.secret.Secret;

/// A token of SoftHSM 2 for one test class, in a folder that all tests of this process share:
/// SoftHSM reads its configuration once, where `SOFTHSM2_CONF` says.
public final class SoftHsm {

  /// The PIN of all of them.
  public static final String PIN = "1234";

  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
  private static final Path TOKENS = freshFolder();

  private final String label;
  private final Path folder;
  private int keys;

  private SoftHsm(String label, Path folder) {
    this.label = label;
    this.folder = folder;
  }

  /// Without the tokens of earlier runs.
  private static Path freshFolder() {
    Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
    try {
      Path parent = Objects.requireNonNull(configuration.getParent());
      Files.createDirectories(parent);
      Path tokens = Files.createTempDirectory(parent, "tokens");
      Files.writeString(
          configuration, "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
      return tokens;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes a token.
  public static SoftHsm make(String label) {
    try {
      List<Path> before = folders(TOKENS);
      run(
          "softhsm2-util",
          "--init-token",
          "--free",
          "--label",
          label,
          "--pin",
          PIN,
          "--so-pin",
          PIN);
      List<Path> after = new ArrayList<>(folders(TOKENS));
      after.removeAll(before);
      return new SoftHsm(label, after.getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> folders(Path tokens) throws IOException {
    try (Stream<Path> entries = Files.list(tokens)) {
      return entries.toList();
    }
  }

  /// Makes a key pair, e.g. of type `rsa:2048` or `EC:secp256r1`.
  ///
  /// @return the id of both halves, two hexadecimal digits
  public String makeKey(String type, String keyLabel) {
    keys++;
    String id = "%02x".formatted(keys);
    tool("--keypairgen", "--key-type", type, "--id", id, "--label", keyLabel);
    return id;
  }

  /// Removes the public half of a key from the token.
  public void removePublicHalf(String id) {
    tool("--delete-object", "--type", "pubkey", "--id", id);
  }

  private void tool(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "pkcs11-tool", "--module", MODULE.toString(), "--token-label", label, "--login"));
    command.addAll(List.of("--pin", PIN));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("is softhsm2 or opensc not installed?", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The URI of a key, e.g. `object=ra` or `id=%01`.
  public String uri(String key) {
    return "pkcs11:token=" + label + ";" + key + "?module-path=" + MODULE;
  }

  /// The location of a key, with the PIN.
  public KeyLocation at(String key) {
    return at(key, PIN);
  }

  /// The location of a key, with this PIN.
  public KeyLocation at(String key, String pin) {
    return KeyLocation.parse(uri(key))
        .in(Path.of("/"), Optional.of(Secret.of(pin)), KeyEncryption.none());
  }

  /// Takes the token away.
  public void takeAway() {
    move(folder, away());
  }

  /// Brings it back.
  public void bringBack() {
    move(away(), folder);
  }

  private Path away() {
    return TOKENS.resolveSibling("away-" + TOKENS.getFileName() + "-" + label);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
