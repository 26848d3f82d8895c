package org.certctl.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.certctl.config.Configuration;
import org.certctl.keys.DurableFile;

/// Makes a data directory as a whole.
///
/// One that does not exist yet is built beside its place and appears there complete, by one rename.
/// One that exists and is empty, for example a mounted volume, is filled in place: a file `.init`
/// in it says that it is not complete yet, and what has been put into it. After a crash no server
/// runs on it, and a repeat removes what was begun.
public final class NewDirectory {

  private static final String DRAFT = Configuration.UNFINISHED_NAME + "-draft";
  private static final Pattern NAME = Pattern.compile("[^/\\\\.][^/\\\\]*");

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
    if (Files.isDirectory(place)) {
      return isFree(place) ? fill(place, work) : Optional.empty();
    }
    if (Files.exists(place) || Files.isSymbolicLink(place)) {
      return Optional.empty();
    }
    String mark = String.format(Locale.ROOT, "%08x", random.nextInt());
    return Optional.of(createBeside(place, mark, work));
  }

  /// Whether it has nothing in it, or only what an attempt has left that was broken off.
  private static boolean isFree(Path directory) throws IOException {
    Path marker = directory.resolve(Configuration.UNFINISHED_NAME);
    return holdsOnly(
        directory, Files.isRegularFile(marker) ? names(Files.readAllBytes(marker)) : List.of());
  }

  private static boolean holdsOnly(Path directory, List<String> begun) throws IOException {
    Set<String> known = new HashSet<>(begun);
    known.addAll(List.of(Configuration.UNFINISHED_NAME, DRAFT, "lost+found"));
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.allMatch(entry -> known.contains(String.valueOf(entry.getFileName())));
    }
  }

  /// The names in a marker: those that were given in the directory, or were to be given.
  private static List<String> names(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8)
        .lines()
        .filter(name -> NAME.matcher(name).matches())
        .toList();
  }

  private static <T, E extends Exception> T createBeside(
      Path directory, String mark, Work<T, E> work) throws E, IOException {
    Path parent = directory.getParent();
    Path name = directory.getFileName();
    if (parent == null || name == null) {
      throw new IOException(directory + " cannot be made");
    }
    if (Files.isRegularFile(parent)) {
      throw new NotDirectoryException(parent.toString());
    }
    Files.createDirectories(parent);
    if (!Files.isWritable(parent)) {
      throw new AccessDeniedException(parent.toString());
    }
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

  /// The lock on the marker keeps others out, and goes with the process. It would also go if the
  /// marker were opened and closed again meanwhile.
  private static <T, E extends Exception> Optional<T> fill(Path directory, Work<T, E> work)
      throws E, IOException {
    Path marker = directory.resolve(Configuration.UNFINISHED_NAME);
    try (FileChannel channel =
            FileChannel.open(
                marker,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return Optional.empty();
      }
      ByteBuffer octets = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (octets.hasRemaining() && channel.read(octets) > 0) {
        // Until all of it is there.
      }
      List<String> begun = names(octets.array());
      boolean free = holdsOnly(directory, begun);
      boolean done = !free;
      try {
        if (!free) {
          // Somebody has filled it since it was looked at.
          return Optional.empty();
        }
        clear(directory, begun);
        channel.truncate(0);
        begun = List.of();
        Path draft = directory.resolve(DRAFT);
        DurableFile.closeDirectory(directory);
        DurableFile.createPrivateDirectory(draft);
        T made = work.fill(draft);
        begun = entries(draft);
        note(channel, begun);
        moveUp(draft, directory, begun);
        done = true;
        return Optional.of(made);
      } finally {
        if (!done) {
          clear(directory, begun);
        }
        Files.deleteIfExists(marker);
        DurableFile.syncDirectory(directory);
      }
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  private static List<String> entries(Path draft) throws IOException {
    try (Stream<Path> all = Files.list(draft)) {
      return all.map(entry -> String.valueOf(entry.getFileName())).toList();
    }
  }

  private static void note(FileChannel marker, List<String> names) throws IOException {
    ByteBuffer octets = ByteBuffer.wrap(String.join("\n", names).getBytes(StandardCharsets.UTF_8));
    marker.position(0);
    while (octets.hasRemaining()) {
      marker.write(octets);
    }
    marker.force(true);
  }

  private static void moveUp(Path draft, Path directory, List<String> names) throws IOException {
    DurableFile.syncDirectory(directory);
    for (String name : names) {
      Files.move(draft.resolve(name), directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
    remove(draft);
    DurableFile.syncDirectory(directory);
  }

  /// Removes what an attempt has begun.
  private static void clear(Path directory, List<String> begun) throws IOException {
    for (String name : begun) {
      remove(directory.resolve(name));
    }
    remove(directory.resolve(DRAFT));
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
