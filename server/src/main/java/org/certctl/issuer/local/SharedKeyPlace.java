package org.certctl.issuer.local;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyPairFiles;

/// Keys that all nodes share, sealed.
///
/// @param kind what the keys are: the beginning of the scopes
/// @param keys where they are
/// @param providers use the keys
/// @param encryption seals them; must be on
/// @param random for encryption
/// @param clock the server's clock
public record SharedKeyPlace(
    String kind,
    SealedKeys keys,
    CryptoProviders providers,
    KeyEncryption encryption,
    SecureRandom random,
    Clock clock)
    implements KeyPlace {

  static String scope(String kind, String owner) {
    return kind + "/" + owner;
  }

  KeySealing sealing() {
    return new KeySealing(encryption, random);
  }

  @Override
  public <K> KeptKeys<K> of(String owner, Function<KeyPairFiles, K> use) {
    return new SharedKeys<>(scope(kind, owner), this, use);
  }
}
