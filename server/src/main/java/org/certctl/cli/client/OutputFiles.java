package org.certctl.cli.client;

import java.nio.file.Files;
import java.nio.file.Path;
import org.certctl.cli.CommandFailedException;

/// Where results are to be written, checked before anything is sent: a certificate that was issued
/// and cannot be written would be a pity.
final class OutputFiles {

  private OutputFiles() {}

  /// Refuses a file that exists, unless it may be overwritten, and a directory that cannot take it.
  static void requireFree(Path file, boolean mayOverwrite) throws CommandFailedException {
    if (Files.isDirectory(file)) {
      throw CommandFailedException.usage(file + " is a directory; name a file");
    }
    if (Files.exists(file) && !mayOverwrite) {
      throw new CommandFailedException(
          file + " exists and was not touched; name another file, or say --force");
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new CommandFailedException("there is no directory for " + file);
    }
    if (!Files.isWritable(directory)) {
      throw new CommandFailedException("nothing can be written in " + directory);
    }
  }

  /// The same name with another ending.
  static Path withEnding(Path file, String ending) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString();
    int dot = name.lastIndexOf('.');
    return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
  }
}
