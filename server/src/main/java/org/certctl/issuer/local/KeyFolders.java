package org.certctl.issuer.local;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Function;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyPairFiles;

/// A folder with keys for each owner, in a folder.
///
/// @param directory holds them
/// @param providers use the keys
/// @param encryption how the files are kept
/// @param random for encryption
public record KeyFolders(
    Path directory, CryptoProviders providers, KeyEncryption encryption, SecureRandom random)
    implements KeyPlace {

  @Override
  public <K> KeptKeys<K> of(String owner, Function<KeyPairFiles, K> use) {
    return new KeyFolder<>(directory.resolve(owner), this, use);
  }
}
