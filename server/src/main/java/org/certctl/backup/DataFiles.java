package org.certctl.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.certctl.config.Configuration;
import org.certctl.enroll.ByteString;

/// The files of a data directory besides the database: which belong into a backup, and which of
/// them are secret.
///
/// Left aside is what a running server makes anew (locks, sockets, logs, drafts), links to folders,
/// and what has no name or size that files of ours have.
final class DataFiles {

  private static final int MAX_DEPTH = 4;
  private static final Pattern PEM_BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
  private static final Set<String> PUBLIC_PEM =
      Set.of(
          "CERTIFICATE",
          "TRUSTED CERTIFICATE",
          "CERTIFICATE REQUEST",
          "NEW CERTIFICATE REQUEST",
          "X509 CRL",
          "PUBLIC KEY",
          "EC PARAMETERS",
          "PKCS7",
          "CMS");

  /// A file.
  ///
  /// @param name its place below the data directory, with `/` between folders
  /// @param isPublic whether everyone may read it
  /// @param isSecret whether it may hold a key or a challenge
  record DataFile(String name, ByteString octets, boolean isPublic, boolean isSecret) {}

  private final Path directory;
  private final Path database;
  private final List<String> ignored = new ArrayList<>();

  /// @param database the file that is copied in another way
  DataFiles(Path directory, Path database) {
    this.directory = directory;
    this.database = database;
  }

  /// Reads them, in the order of their names. A file that goes away meanwhile is left aside.
  List<DataFile> read() throws IOException {
    Map<String, Path> found = new TreeMap<>();
    Files.walkFileTree(
        directory,
        EnumSet.noneOf(FileVisitOption.class),
        MAX_DEPTH,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean skipped =
                !folder.equals(directory) && (isHidden(folder) || folder.endsWith("lost+found"));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            note(file, found);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    List<DataFile> all = new ArrayList<>();
    for (var each : found.entrySet()) {
      file(each.getKey(), each.getValue()).ifPresent(all::add);
    }
    return all;
  }

  private void note(Path file, Map<String, Path> found) {
    String name = directory.relativize(file).toString().replace('\\', '/');
    if (isHidden(file) || !Files.isRegularFile(file) || isMadeAnew(file, name)) {
      return;
    }
    if (Manifest.isName(name)) {
      found.put(name, file);
    } else {
      ignored.add(name);
    }
  }

  private static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }

  private boolean isMadeAnew(Path file, String name) {
    if (file.equals(database)) {
      return true;
    }
    String ofDatabase = database.getFileName() + "";
    return (file.getParent() != null
            && file.getParent().equals(database.getParent())
            && Set.of("-wal", "-shm", "-journal", ".lock").stream()
                .anyMatch(end -> file.endsWith(ofDatabase + end)))
        || name.endsWith(".log")
        || name.endsWith(".lock");
  }

  private Optional<DataFile> file(String name, Path file) throws IOException {
    try {
      if (Files.size(file) > Manifest.MAX_FILE_BYTES) {
        ignored.add(name);
        return Optional.empty();
      }
      byte[] octets = Files.readAllBytes(file);
      boolean isPublic = isReadableByAll(file);
      return Optional.of(
          new DataFile(name, ByteString.of(octets), isPublic, isSecret(name, octets, isPublic)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean isReadableByAll(Path file) throws IOException {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  /// Everything is, but PEM of which all is known to be public, and what everyone can read anyway.
  private static boolean isSecret(String name, byte[] octets, boolean isPublic) {
    if (name.equals(Configuration.SETTINGS_FILE_NAME)) {
      return true;
    }
    List<String> types =
        PEM_BEGIN
            .matcher(new String(octets, StandardCharsets.ISO_8859_1))
            .results()
            .map((MatchResult begin) -> begin.group(1))
            .toList();
    return types.isEmpty() ? !isPublic : !PUBLIC_PEM.containsAll(types);
  }

  /// The names of those that were left aside although they are no files of a running server.
  List<String> ignored() {
    return List.copyOf(ignored);
  }
}
