package org.certctl.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;

/// Looks whether the keys in the data directory can be opened that certctl wrote itself, and
/// whether they are encrypted when they should be.
final class EncryptionCheck {

  private final Problems problems;

  EncryptionCheck(Problems problems) {
    this.problems = problems;
  }

  void check(Configuration configuration) {
    try {
      for (KeyMaterialException closed :
          configuration.ownKeyFiles().closed(configuration.encryption())) {
        problems.error(KeyEncryption.OPTION, closed.reason(), closed.hint());
      }
      if (!configuration.encryption().isOn()) {
        return;
      }
      List<Path> left = configuration.allKeyFiles().clear();
      left.removeAll(configuration.ownKeyFiles().clear());
      if (!left.isEmpty()) {
        problems.warning(
            KeyEncryption.OPTION,
            "not encrypted: " + left.stream().map(Path::toString).collect(Collectors.joining(", ")),
            "encrypt all keys in the data directory: certctl keys encrypt");
      }
    } catch (IOException e) {
      problems.error(
          Options.DATA_DIR.name(),
          configuration.dataDirectory().toString(),
          "the keys in it cannot be read: " + e.getMessage(),
          "give it to the user that certctl runs as");
    }
  }
}
