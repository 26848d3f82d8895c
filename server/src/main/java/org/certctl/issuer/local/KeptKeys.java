package org.certctl.issuer.local;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;

/// The keys of one owner that take each other's place, each with its certificate. Not safe for use
/// by several threads at once.
///
/// @param <K> what the keys are used as
public interface KeptKeys<K> {

  /// What is there now, oldest first.
  ///
  /// @throws KeyMaterialException when one cannot be used
  List<KeptKey<K>> list() throws IOException, KeyMaterialException;

  /// A key that is written, but not among the others. Closing it before it is published removes it.
  ///
  /// @param <K> what the key is used as
  interface Draft<K> extends AutoCloseable {

    /// Makes the key one of the others; when this returns, that is durable.
    KeptKey<K> publish() throws IOException;

    @Override
    void close() throws IOException;
  }

  /// Writes a key without adding it yet; when this returns, it is durable.
  Draft<K> draft(KeyPairFiles key, Instant madeAt) throws IOException;

  /// Since when the operator has supplied the key under an issuer: what was noted, or now, which is
  /// noted then. If it cannot be written, it holds for this process.
  Instant suppliedSince(String issuerId, Instant now);

  /// Forgets it.
  void forgetSupplied(String issuerId) throws IOException;

  /// Destroys a key; when this returns, it is gone.
  void remove(KeptKey<K> spent) throws IOException;
}
