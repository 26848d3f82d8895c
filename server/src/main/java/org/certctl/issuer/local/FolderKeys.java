package org.certctl.issuer.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;

/// The keys that a server on its own has made in files, sealed for a database that nodes share.
public final class FolderKeys {

  private FolderKeys() {}

  /// All keys in some folders, those of each owner with the oldest first. All of them were
  /// announced when they were made, as a server on its own does.
  ///
  /// @param kind what they are: the beginning of the scopes
  /// @param folders where they are; need not be there
  /// @param sealing seals them
  /// @throws KeyMaterialException when one cannot be used
  public static List<SealedKey> sealed(String kind, KeyFolders folders, KeySealing sealing)
      throws IOException, KeyMaterialException {
    List<SealedKey> all = new ArrayList<>();
    for (String owner : owners(folders.directory())) {
      String scope = SharedKeyPlace.scope(kind, owner);
      long number = 0;
      for (KeptKey<KeyPairFiles> each :
          folders.of(owner, Function.<KeyPairFiles>identity()).list()) {
        number++;
        SealedKey sealed =
            sealing.seal(
                scope,
                number,
                ByteString.of(each.certificate().getEncoded()),
                each.key().key().revealPkcs8());
        all.add(
            new SealedKey(
                scope, number, sealed.certificate(), sealed.sealed(), each.announcedAt()));
      }
    }
    return all;
  }

  private static List<String> owners(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isDirectory)
          .map(folder -> String.valueOf(folder.getFileName()))
          .sorted()
          .toList();
    }
  }
}
