package org.certctl.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.issuer.local.KeyPlace;
import org.certctl.issuer.local.ResponderKeys;
import org.certctl.issuer.local.SuppliedKeyPlace;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Sha256;

/// The key of OCSP responders that the operator may supply: read at start, and again when told so.
/// Safe to use from many threads.
final class OcspKeys {

  private static final String KIND = "ocsp";

  private final Optional<Supplied> supplied;
  private final CryptoProviders providers;

  private OcspKeys(Optional<Supplied> supplied, CryptoProviders providers) {
    this.supplied = supplied;
    this.providers = providers;
  }

  /// Reads it.
  ///
  /// @param location where it is; absent when certctl makes the keys
  /// @throws KeyMaterialException when it cannot be used
  static OcspKeys of(Optional<KeyLocation> location, CryptoProviders providers)
      throws KeyMaterialException {
    return new OcspKeys(
        location.isPresent()
            ? Optional.of(new Supplied(location.get(), read(location.get(), providers)))
            : Optional.empty(),
        providers);
  }

  private static SigningKey read(KeyLocation location, CryptoProviders providers)
      throws KeyMaterialException {
    SigningKey key = SigningKey.read(location, Optional.empty(), providers);
    key.requireRsaOrEc();
    return key;
  }

  /// The supplied key, or keys that are made.
  ///
  /// @param type which keys are made
  /// @param random makes them
  ResponderKeys orMade(KeyType type, SecureRandom random) {
    return supplied
        .<ResponderKeys>map(key -> key)
        .orElseGet(() -> ResponderKeys.made(type, providers, random));
  }

  /// Where they are kept with their certificates.
  ///
  /// @param made where those are kept that certctl makes
  KeyPlace place(KeyPlace made) {
    return supplied.isPresent() ? new SuppliedKeyPlace(made) : made;
  }

  /// Reads the supplied key again; one that cannot be used leaves the old one in force. Responders
  /// have another one with the next look at them, which is within seconds.
  List<ReloadedPart> reload() {
    return supplied.map(key -> List.of(key.reload(providers))).orElse(List.of());
  }

  private static final class Supplied implements ResponderKeys {

    private final KeyLocation location;
    private volatile SigningKey present;

    private Supplied(KeyLocation location, SigningKey present) {
      this.location = location;
      this.present = present;
    }

    @Override
    public SigningKey next() {
      return present;
    }

    @Override
    public boolean allow(X509CertificateHolder certificate) {
      return present.belongsTo(certificate);
    }

    private ReloadedPart reload(CryptoProviders providers) {
      SigningKey read;
      try {
        read = read(location, providers);
      } catch (KeyMaterialException e) {
        return part(Outcome.KEPT, e.reason() + "; still used: " + text(present));
      }
      if (read.belongsTo(present.verificationKey(providers))) {
        return part(Outcome.UNCHANGED, text(present));
      }
      present = read;
      return part(Outcome.CHANGED, text(read));
    }

    private static String text(SigningKey key) {
      try {
        return "the key with the public half " + Sha256.over(key.publicKeyInfo().getEncoded());
      } catch (IOException e) {
        throw new IllegalStateException("a sound key can be encoded", e);
      }
    }

    private static ReloadedPart part(Outcome outcome, String text) {
      return new ReloadedPart(KIND, "responders", outcome, text);
    }
  }
}
