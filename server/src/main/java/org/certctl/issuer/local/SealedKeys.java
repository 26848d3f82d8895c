package org.certctl.issuer.local;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Sha256;

/// The keys and secrets that the nodes of an installation share, sealed under an encryption key
/// that is not where they are. What a method has written is on disk when it returns.
public interface SealedKeys {

  /// The scope of the values that are sealed.
  String INSTALLATION = "installation";

  /// The value in it that tells under which encryption key everything is sealed.
  String ENCRYPTION_CHECK = "encryption-check";

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

  /// A value that a node noted.
  ///
  /// @param value sealed when the scope is {@link #INSTALLATION}
  record NotedValue(String scope, String name, ByteString value) {}

  /// Everything that is there.
  record Contents(List<SealedKey> keys, List<NotedValue> values) {

    /// Takes copies of the lists.
    public Contents {
      keys = List.copyOf(keys);
      values = List.copyOf(values);
    }
  }

  /// The keys of a scope, oldest first.
  List<SealedKey> keys(String scope) throws StoreUnavailableException;

  /// Adds a key, and what the audit trail is told of it. Of several nodes that add a key of the
  /// same scope and number at once, one does.
  ///
  /// @param isInForce whether the key was sealed under the encryption key that this {@link
  ///   #ENCRYPTION_CHECK} was sealed under
  /// @return whether this one did; if not, nothing was written
  /// @throws StoreUnavailableException also when another encryption key is in force by now
  boolean add(SealedKey key, Predicate<ByteString> isInForce, AuditEvent event)
      throws StoreUnavailableException;

  /// Puts what was sealed anew in the place of what was sealed before, and tells the audit trail of
  /// it; number, certificate and announcement stay.
  ///
  /// @param isInForce as for {@link #add}
  /// @return false, with nothing changed, when there is no such key
  /// @throws StoreUnavailableException as {@link #add} does
  boolean replace(SealedKey key, Predicate<ByteString> isInForce, AuditEvent event)
      throws StoreUnavailableException;

  /// Everything, in the order of scopes, numbers and names.
  Contents contents() throws StoreUnavailableException;

  /// Puts in the place of everything what was sealed anew, in one transaction with what the audit
  /// trail is told of it. Nodes that add a key meanwhile wait.
  ///
  /// @param before what was sealed anew
  /// @param after the same keys and values
  /// @return false, with nothing changed, when it is no longer what is there
  boolean replaceAll(Contents before, Contents after, AuditEvent event)
      throws StoreUnavailableException;

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
