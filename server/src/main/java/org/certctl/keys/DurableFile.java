package org.certctl.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Writes small files so that a crash leaves either the old content or the new, never a mixture,
/// and never, not for an instant, a private key that others may read.
public final class DurableFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> READABLE_BY_ALL =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> DIRECTORY_OF_OWNER =
      PosixFilePermissions.fromString("rwx------");

  private DurableFile() {}

  /// Writes a file that only its owner may read and write (mode 0600). When this returns, the
  /// content is on disk under its name.
  public static void writePrivate(Path file, byte[] octets) throws IOException {
    write(file, octets, OWNER_ONLY);
  }

  /// Writes a file that everyone may read (mode 0644). When this returns, the content is on disk
  /// under its name.
  public static void writePublic(Path file, byte[] octets) throws IOException {
    write(file, octets, READABLE_BY_ALL);
  }

  /// Makes a directory that only its owner may enter (mode 0700); its parents must exist.
  public static void createPrivateDirectory(Path directory) throws IOException {
    if (isPosix()) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY_OF_OWNER));
    } else {
      Files.createDirectory(directory);
    }
  }

  /// Lets only its owner enter a directory that exists (mode 0700).
  public static void closeDirectory(Path directory) throws IOException {
    if (isPosix()) {
      Files.setPosixFilePermissions(directory, DIRECTORY_OF_OWNER);
    }
  }

  /// Makes the entries of a directory durable: files created, renamed or removed in it.
  public static void syncDirectory(Path directory) throws IOException {
    if (!isPosix()) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void write(Path file, byte[] octets, Set<PosixFilePermission> permissions)
      throws IOException {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    Path name = absolute.getFileName();
    if (directory == null || name == null) {
      throw new IOException(file + " is no file name");
    }
    Path temporary = Files.createTempFile(directory, "." + name, ".new", ownerOnly());
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        if (isPosix()) {
          Files.setPosixFilePermissions(temporary, permissions);
        }
        channel.force(true);
      }
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(directory);
  }

  private static FileAttribute<?>[] ownerOnly() {
    return isPosix()
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
