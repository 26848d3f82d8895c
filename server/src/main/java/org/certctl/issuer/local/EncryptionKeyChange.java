package org.certctl.issuer.local;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys.Contents;
import org.certctl.issuer.local.SealedKeys.NotedValue;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;

/// Seals everything that nodes share under another encryption key, all at once.
///
/// @param keys where it is
/// @param previous the encryption key in force; off when it is not known
/// @param next the one that takes its place; must be on
/// @param random for encryption
public record EncryptionKeyChange(
    SealedKeys keys, KeyEncryption previous, KeyEncryption next, SecureRandom random) {

  /// Nodes rarely write here; so often in a row they do not.
  private static final int ATTEMPTS = 20;

  /// Does it, unless it was done before or there is nothing. When this returns, it is durable.
  ///
  /// @param event what the audit trail is told
  /// @return how many keys and secrets were sealed anew
  /// @throws KeyMaterialException when one of them is sealed under another encryption key than the
  ///   previous one, or altered; then nothing was changed
  public int run(AuditEvent event) throws StoreUnavailableException, KeyMaterialException {
    Optional<ByteString> check = keys.noted(SealedKeys.INSTALLATION, SealedKeys.ENCRYPTION_CHECK);
    if (check.isEmpty() || new KeySealing(next, random).isInForce(check.get())) {
      return 0;
    }
    if (!previous.isOn()) {
      throw KeyEncryption.encryptionKeyWrong("the keys in the database");
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      Contents before = keys.contents();
      Contents after = sealedAnew(before);
      if (keys.replaceAll(before, after, event)) {
        return after.keys().size()
            + (int) after.values().stream().filter(EncryptionKeyChange::isSealed).count();
      }
    }
    throw new StoreUnavailableException("nodes changed the keys all the while; try again");
  }

  private Contents sealedAnew(Contents contents) throws KeyMaterialException {
    List<SealedKey> sealed = new ArrayList<>();
    for (SealedKey each : contents.keys()) {
      sealed.add(
          new SealedKey(
              each.scope(),
              each.number(),
              each.certificate(),
              sealedAnew(each.sealedAs(), each.sealed()),
              each.announcedAt()));
    }
    List<NotedValue> values = new ArrayList<>();
    for (NotedValue each : contents.values()) {
      values.add(
          isSealed(each)
              ? new NotedValue(
                  each.scope(),
                  each.name(),
                  sealedAnew(each.scope() + "/" + each.name(), each.value()))
              : each);
    }
    return new Contents(sealed, values);
  }

  private static boolean isSealed(NotedValue value) {
    return value.scope().equals(SealedKeys.INSTALLATION);
  }

  private ByteString sealedAnew(String name, ByteString sealed) throws KeyMaterialException {
    byte[] clear = previous.open(name, sealed.octets());
    try {
      return ByteString.of(next.seal(name, clear, random));
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }
}
