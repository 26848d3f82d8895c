package org.certctl.issuer.local;

import java.util.function.Function;
import org.certctl.keys.KeyPairFiles;

/// Where keys are kept that certctl makes for itself, for each owner apart.
public interface KeyPlace {

  /// Those of one owner.
  ///
  /// @param <K> what the keys are used as
  /// @param owner an endpoint or an issuer
  /// @param use makes of a key and its certificate what they are used as
  <K> KeptKeys<K> of(String owner, Function<KeyPairFiles, K> use);
}
