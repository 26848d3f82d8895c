package org.certctl.issuer.local;

import java.util.function.Function;
import org.certctl.keys.KeyPairFiles;

/// A key that the operator supplies: its certificates are kept in memory, and the key itself not at
/// all.
///
/// @param made where keys were kept that certctl made before; they are found there, and destroyed
///   as others are whose time is over
public record SuppliedKeyPlace(KeyPlace made) implements KeyPlace {

  @Override
  public <K> KeptKeys<K> of(String owner, Function<KeyPairFiles, K> use) {
    return new SuppliedKeys<>(made.of(owner, use), use);
  }
}
