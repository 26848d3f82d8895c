package org.certctl.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option `--data-dir`, to be mixed into commands that work on a data directory.
public final class DataDirectoryOption {

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = {
        "The data directory.",
        "Default: CERTCTL_DATA_DIR, or certctl-data in the working directory."
      })
  private @Nullable Path dataDirectory;

  /// Made by picocli.
  public DataDirectoryOption() {}

  /// The directory that was named; absent when none was.
  public Optional<Path> path() {
    return Optional.ofNullable(dataDirectory);
  }
}
