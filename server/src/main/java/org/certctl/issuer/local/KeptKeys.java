package org.certctl.issuer.local;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
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

  /// Adds a key, and tells the audit trail of it. When this returns, both are durable; when it
  /// throws, the key is not there.
  ///
  /// @param event what is told
  /// @param audit takes it, unless it is told in one step with the adding
  /// @return absent when another node has made one since the last {@link #list}
  Optional<KeptKey<K>> add(KeyPairFiles key, Instant madeAt, AuditEvent event, AuditLog audit)
      throws IOException, StoreUnavailableException;

  /// Since when the operator has supplied the key under an issuer: what was noted, or now, which is
  /// noted then. If it cannot be written, it holds for this process.
  Instant suppliedSince(String issuerId, Instant now);

  /// Forgets it.
  void forgetSupplied(String issuerId) throws IOException;

  /// Destroys a key; when this returns, it is gone. One that the operator supplies stays where it
  /// is, and is only no longer among these.
  ///
  /// @return whether this node has destroyed it
  boolean remove(KeptKey<K> spent) throws IOException;
}
