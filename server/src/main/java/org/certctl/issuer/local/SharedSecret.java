package org.certctl.issuer.local;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.secret.Secret;

/// The secret of the installation under which challenges are kept, where all nodes share it,
/// sealed.
public final class SharedSecret {

  private static final String SCOPE = SealedKeys.INSTALLATION;
  private static final String MAC_KEY = "challenge-mac";
  private static final String CHECK = SealedKeys.ENCRYPTION_CHECK;

  private final SealedKeys keys;
  private final KeyEncryption encryption;

  /// @param keys where it is kept
  /// @param encryption seals it; must be on
  public SharedSecret(SealedKeys keys, KeyEncryption encryption) {
    this.keys = keys;
    this.encryption = encryption;
  }

  /// That this node has the encryption key of the others. The first node decides which it is.
  ///
  /// @throws KeyMaterialException when it has another one
  public void requireSameEncryptionKey(SecureRandom random)
      throws StoreUnavailableException, KeyMaterialException {
    byte[] text = CHECK.getBytes(StandardCharsets.US_ASCII);
    var _ = opened(CHECK, keys.noteOnce(SCOPE, CHECK, sealed(CHECK, text, random)));
  }

  /// Whether this node still has the encryption key of the others.
  public boolean hasSameEncryptionKey() throws StoreUnavailableException {
    Optional<ByteString> noted = keys.noted(SCOPE, CHECK);
    try {
      if (noted.isPresent()) {
        var _ = opened(CHECK, noted.get());
      }
      return true;
    } catch (KeyMaterialException e) {
      return false;
    }
  }

  /// That no other node shares keys here while this one has no encryption key.
  ///
  /// @throws KeyMaterialException when one does
  public void requireNone() throws StoreUnavailableException, KeyMaterialException {
    if (keys.noted(SCOPE, CHECK).isPresent()) {
      throw KeyEncryption.encryptionKeyMissing("what the nodes share in the database");
    }
  }

  /// The secret, which whichever node comes first brings along.
  ///
  /// @param own what this node would make of it
  /// @throws KeyMaterialException when it was sealed under another encryption key
  public Secret readOrNote(Secret own, SecureRandom random)
      throws StoreUnavailableException, KeyMaterialException {
    return text(
        opened(MAC_KEY, keys.noteOnce(SCOPE, MAC_KEY, sealed(MAC_KEY, own.revealUtf8(), random))));
  }

  /// The secret, if a node has brought it along.
  ///
  /// @throws KeyMaterialException when it was sealed under another encryption key
  public Optional<Secret> read() throws StoreUnavailableException, KeyMaterialException {
    Optional<ByteString> noted = keys.noted(SCOPE, MAC_KEY);
    return noted.isEmpty() ? Optional.empty() : Optional.of(text(opened(MAC_KEY, noted.get())));
  }

  private ByteString sealed(String name, byte[] plain, SecureRandom random) {
    return ByteString.of(encryption.seal(SCOPE + "/" + name, plain, random));
  }

  private byte[] opened(String name, ByteString sealed) throws KeyMaterialException {
    try {
      return encryption.open(SCOPE + "/" + name, sealed.octets());
    } catch (KeyMaterialException e) {
      throw e.fault() == KeyMaterialException.Fault.WRONG_ENCRYPTION_KEY
          ? KeyEncryption.encryptionKeyWrong("the keys in the database, which another node wrote")
          : e;
    }
  }

  private static Secret text(byte[] utf8) {
    return Secret.of(new String(utf8, StandardCharsets.UTF_8));
  }
}
