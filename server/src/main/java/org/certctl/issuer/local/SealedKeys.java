package org.certctl.issuer.local;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Sha256;

/// The keys and secrets that the nodes of an installation share, sealed under an encryption key
/// that is not where they are. What a method has written is on disk when it returns.
public interface SealedKeys {

  /// A key with its certificate.
  ///
  /// @param scope whose key it is, for example `ra/wifi`
  /// @param number counts the keys of a scope, from 1
  /// @param certificate its certificate, or the public half of a key without one
  ///   (SubjectPublicKeyInfo), DER
  /// @param sealed the private key, PKCS #8, sealed; that of a CA with its chain
  /// @param announcedAt since when it is the one to be shown; absent until all nodes know it
  record SealedKey(
      String scope,
      long number,
      ByteString certificate,
      ByteString sealed,
      Optional<Instant> announcedAt) {

    /// What it is sealed as: nobody can put it beside another certificate or owner.
    String sealedAs() {
      return sealedAs(scope, certificate);
    }

    static String sealedAs(String scope, ByteString certificate) {
      return scope + "/" + Sha256.over(certificate.octets()).hex();
    }
  }

  /// The keys of a scope, oldest first.
  List<SealedKey> keys(String scope) throws StoreUnavailableException;

  /// Adds a key, and what the audit trail is told of it. Of several nodes that add a key of the
  /// same scope and number at once, one does.
  ///
  /// @return whether this one did; if not, nothing was written
  boolean add(SealedKey key, AuditEvent event) throws StoreUnavailableException;

  /// Puts what was sealed anew in the place of what was sealed before, and tells the audit trail of
  /// it; number, certificate and announcement stay.
  ///
  /// @return false, with nothing changed, when there is no such key
  boolean replace(SealedKey key, AuditEvent event) throws StoreUnavailableException;

  /// Notes since when a key is shown, unless that was noted before.
  void announce(String scope, long number, Instant at) throws StoreUnavailableException;

  /// Destroys a key.
  ///
  /// @return whether it was there
  boolean remove(String scope, long number) throws StoreUnavailableException;

  /// A value that was noted first by whichever node.
  ///
  /// @param value noted now if there is none
  /// @return that in force
  ByteString noteOnce(String scope, String name, ByteString value) throws StoreUnavailableException;

  /// A value that was noted.
  Optional<ByteString> noted(String scope, String name) throws StoreUnavailableException;

  /// Forgets a value; one that is not there is as good as forgotten.
  void forget(String scope, String name) throws StoreUnavailableException;
}
