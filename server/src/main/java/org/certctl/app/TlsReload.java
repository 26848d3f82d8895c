package org.certctl.app;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.config.TlsSettings;
import org.certctl.http.Listeners;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Names;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/// Reads the TLS certificate and key again. Connections that are open go on with the old ones.
final class TlsReload {

  private static final String KIND = "tls";

  private final TlsSettings settings;
  private final KeyEncryption encryption;
  private final CryptoProviders providers;
  private final SslBundles bundles;
  private final SslBundleRegistry registry;
  private final Clock clock;
  private volatile List<X509CertificateHolder> inForce;

  /// @throws KeyMaterialException when the files that the server starts with cannot be used
  TlsReload(
      TlsSettings settings,
      KeyEncryption encryption,
      CryptoProviders providers,
      SslBundles bundles,
      SslBundleRegistry registry,
      Clock clock)
      throws KeyMaterialException {
    this.settings = settings;
    this.encryption = encryption;
    this.providers = providers;
    this.bundles = bundles;
    this.registry = registry;
    this.clock = clock;
    this.inForce = read().chain().certificates();
  }

  private KeyPairFiles read() throws KeyMaterialException {
    return KeyPairFiles.read(
        settings.certPath(), KeyLocation.of(settings.keyPath(), encryption), providers);
  }

  /// When the certificate in force ends.
  Instant end() {
    return inForce.getFirst().getNotAfter().toInstant();
  }

  /// The certificates in force: the server's own, and those that it shows with it.
  List<X509CertificateHolder> chain() {
    return inForce;
  }

  /// Reads the files again; what cannot be used leaves the old ones in force.
  List<ReloadedPart> reload() {
    KeyPairFiles read;
    try {
      read = read();
    } catch (KeyMaterialException e) {
      return List.of(part(Outcome.KEPT, e.reason() + "; still used: " + text(inForce)));
    }
    List<X509CertificateHolder> next = read.chain().certificates();
    Instant now = clock.instant();
    if (now.isAfter(next.getFirst().getNotAfter().toInstant())
        || now.isBefore(next.getFirst().getNotBefore().toInstant())) {
      return List.of(
          part(Outcome.KEPT, "not in force now: " + text(next) + "; still used: " + text(inForce)));
    }
    if (next.equals(inForce)) {
      return List.of(part(Outcome.UNCHANGED, text(inForce)));
    }
    SslBundle old = bundles.getBundle(Listeners.TLS_BUNDLE);
    registry.updateBundle(
        Listeners.TLS_BUNDLE,
        SslBundle.of(
            new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate(settings.certPath().toUri().toString())
                    .withPrivateKey(read.key().revealPem()),
                null),
            old.getKey(),
            old.getOptions(),
            old.getProtocol()));
    inForce = next;
    return List.of(part(Outcome.CHANGED, text(inForce)));
  }

  private static ReloadedPart part(Outcome outcome, String text) {
    return new ReloadedPart(KIND, "server", outcome, text);
  }

  private static String text(List<X509CertificateHolder> chain) {
    X509CertificateHolder certificate = chain.getFirst();
    return Names.text(certificate.getSubject()) + " until " + certificate.getNotAfter().toInstant();
  }
}
