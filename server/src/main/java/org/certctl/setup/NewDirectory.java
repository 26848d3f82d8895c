package org.certctl.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.config.Configuration;
import org.certctl.keys.DurableFile;

/// Makes a data directory as a whole.
///
/// One that does not exist yet is built beside its place and appears there complete, by one rename.
/// One that exists and is empty, for example a mounted volume, is filled in place, the settings
/// last, so that after a crash it is not mistaken for a complete one.
public final class NewDirectory {

  private NewDirectory() {}

  /// Fills a directory that nobody else sees.
  ///
  /// @param <T> what comes of it
  /// @param <E> what it throws besides
  @FunctionalInterface
  public interface Work<T, E extends Exception> {

    /// Fills it; everything in it is on disk when this returns.
    T fill(Path draft) throws E, IOException;
  }

  /// Makes the directory. When this returns, all of it is on disk; when it throws, what it had
  /// begun is removed.
  ///
  /// @return absent, with nothing touched, when there is something in its place already
  public static <T, E extends Exception> Optional<T> create(
      Path directory, SecureRandom random, Work<T, E> work) throws E, IOException {
    Path place = directory.toAbsolutePath().normalize();
    if (!isFree(place)) {
      return Optional.empty();
    }
    String mark = String.format(Locale.ROOT, "%08x", random.nextInt());
    return Optional.of(
        Files.exists(place) ? fill(place, mark, work) : createBeside(place, mark, work));
  }

  private static boolean isFree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return !Files.isSymbolicLink(directory);
    }
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.allMatch(entry -> entry.endsWith("lost+found"));
    }
  }

  private static <T, E extends Exception> T createBeside(
      Path directory, String mark, Work<T, E> work) throws E, IOException {
    Path parent = directory.getParent();
    Path name = directory.getFileName();
    if (parent == null || name == null) {
      throw new IOException(directory + " cannot be made");
    }
    Files.createDirectories(parent);
    Path draft = parent.resolve("." + name + ".init-" + mark);
    try {
      DurableFile.createPrivateDirectory(draft);
      T made = work.fill(draft);
      Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.syncDirectory(parent);
      return made;
    } finally {
      remove(draft);
    }
  }

  private static <T, E extends Exception> T fill(Path directory, String mark, Work<T, E> work)
      throws E, IOException {
    Path draft = directory.resolve(".init-" + mark);
    try {
      DurableFile.createPrivateDirectory(draft);
      T made = work.fill(draft);
      for (Path entry : settingsLast(draft)) {
        Files.move(
            entry, directory.resolve(draft.relativize(entry)), StandardCopyOption.ATOMIC_MOVE);
      }
      DurableFile.closeDirectory(directory);
      DurableFile.syncDirectory(directory);
      return made;
    } finally {
      remove(draft);
    }
  }

  private static List<Path> settingsLast(Path draft) throws IOException {
    try (Stream<Path> entries = Files.list(draft)) {
      return entries
          .sorted(
              Comparator.comparing(
                  (Path entry) -> entry.endsWith(Configuration.SETTINGS_FILE_NAME)))
          .toList();
    }
  }

  /// Removes a folder with everything in it; one that is not there is as good as removed.
  public static void remove(Path folder) throws IOException {
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (NoSuchFileException e) {
      // It has taken its place.
      return;
    } catch (UncheckedIOException e) {
      throw new IOException("the unfinished " + folder + " could not be removed", e);
    }
  }
}
