package org.certctl.challenge.connector;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SignerBundle;

/// The certificates of the connectors that an endpoint trusts, from a file that can be read again
/// while the server runs.
///
/// Changed as a whole or not at all: a file that cannot be used leaves what was trusted before. A
/// certificate past its end is not trusted, whether the file was read again or not. Safe to use
/// from many threads at once.
public final class TrustAnchors {

  private final Path file;
  private final CryptoProviders providers;
  private final AtomicReference<SignerBundle> bundle;

  private TrustAnchors(Path file, CryptoProviders providers, SignerBundle bundle) {
    this.file = file;
    this.providers = providers;
    this.bundle = new AtomicReference<>(bundle);
  }

  /// Reads the file; no certificate in it may be past its end.
  ///
  /// @throws KeyMaterialException when the file cannot be used
  public static TrustAnchors read(Path file, CryptoProviders providers, Instant now)
      throws KeyMaterialException {
    return new TrustAnchors(file, providers, usable(file, providers, now));
  }

  /// Reads the file again and trusts what is in it now.
  ///
  /// @return whether that is something else than before
  /// @throws KeyMaterialException when the file cannot be used; what was trusted still is
  public boolean reload(Instant now) throws KeyMaterialException {
    SignerBundle next = usable(file, providers, now);
    SignerBundle previous = bundle.getAndSet(next);
    return !certificates(previous).equals(certificates(next));
  }

  private static SignerBundle usable(Path file, CryptoProviders providers, Instant now)
      throws KeyMaterialException {
    SignerBundle bundle = SignerBundle.read(file, providers);
    bundle.requireNoneExpired(file, now);
    return bundle;
  }

  private static List<?> certificates(SignerBundle bundle) {
    return bundle.signers().stream().map(SignerBundle.Signer::certificate).toList();
  }

  /// The file they come from.
  public Path file() {
    return file;
  }

  /// All of them, those past their end too.
  public List<SignerBundle.Signer> all() {
    return bundle.get().signers();
  }

  /// Those that are trusted at this instant.
  public List<SignerBundle.Signer> trusted(Instant now) {
    return all().stream().filter(signer -> signer.isInForce(now)).toList();
  }
}
