package org.certctl.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.secret.Secret;

/// Files with keys, as files: that they can be read, and by nobody else.
final class KeyFiles {

  private static final long MAX_SIZE_BYTES = 1 << 20;

  private static final Set<PosixFilePermission> OF_THE_OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private KeyFiles() {}

  /// Reads a file of at most 1 MiB.
  static byte[] read(Path file) throws KeyMaterialException {
    if (Files.notExists(file)) {
      throw new KeyMaterialException(
          Fault.MISSING, "there is no file " + file, "check the path and the mount");
    }
    if (Files.isDirectory(file)) {
      throw new KeyMaterialException(
          Fault.UNREADABLE, file + " is a directory", "name a file in it");
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new KeyMaterialException(
          Fault.UNREADABLE,
          file + " is no file that this process may read",
          "give it to the user that certctl runs as: chown USER " + file);
    }
    try {
      if (Files.size(file) > MAX_SIZE_BYTES) {
        throw new KeyMaterialException(
            Fault.MALFORMED, file + " is too large to be a file with keys", "check the path");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// The same, but refuses a file that others than its owner may read.
  static byte[] readPrivate(Path file) throws KeyMaterialException {
    byte[] octets = read(file);
    requireOwnerOnly(file);
    return octets;
  }

  /// The PIN or password in a file that only its owner may read, without the line end.
  static Secret secret(Path file) throws KeyMaterialException {
    String text =
        new String(readPrivate(file), StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
    if (text.isEmpty()) {
      throw new KeyMaterialException(
          Fault.MALFORMED, file + " is empty", "write the PIN into it, on one line");
    }
    return Secret.of(text);
  }

  private static void requireOwnerOnly(Path file) throws KeyMaterialException {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OF_THE_OWNER.containsAll(permissions)) {
        throw new KeyMaterialException(
            Fault.TOO_OPEN,
            "others than its owner may use what is in "
                + file
                + " (mode "
                + PosixFilePermissions.toString(permissions)
                + ")",
            "close it: chmod 600 " + file);
      }
    } catch (UnsupportedOperationException e) {
      // No POSIX modes on this file system: access is ruled by other means.
      return;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static KeyMaterialException unreadable(Path file, IOException cause) {
    return new KeyMaterialException(
        Fault.UNREADABLE, file + " cannot be read", "check the disk and the mount", cause);
  }
}
