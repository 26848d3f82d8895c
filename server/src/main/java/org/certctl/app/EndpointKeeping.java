package org.certctl.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.LocalCaSettings;
import org.certctl.config.ScepSettings;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.front.scep.CurrentEndpoints;
import org.certctl.issuer.local.LocalCas;
import org.certctl.issuer.local.RegistrationAuthorities;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.CertificateExpiries.Watched;
import org.certctl.setup.CaPlace;
import org.certctl.store.Store;

/// The keeper of the endpoints and of the CA behind them, or none where there is no CA. Where SCEP
/// is not served, there are no endpoints, but the CA goes on: it signs the CRL of what it issued.
final class EndpointKeeping {

  private static final Duration WARN_OF_TLS = Duration.ofDays(30);

  private final Optional<EndpointKeeper> keeper;
  private final CertificateExpiries expiries;
  private final Supplier<List<Watched>> tls;

  private EndpointKeeping(
      Optional<EndpointKeeper> keeper, CertificateExpiries expiries, Supplier<List<Watched>> tls) {
    this.keeper = keeper;
    this.expiries = expiries;
    this.tls = tls;
  }

  /// Reads keys, makes RAs where they are missing, and puts the endpoints together.
  ///
  /// @param tlsEnd when the TLS certificate in force ends
  static EndpointKeeping start(
      Configuration configuration,
      CryptoProviders providers,
      ChallengeValidators validators,
      Store store,
      Supplier<Instant> tlsEnd,
      CertificateExpiries expiries,
      SecureRandom random,
      Clock clock)
      throws KeyMaterialException, IOException, StoreUnavailableException {
    Supplier<List<Watched>> tls =
        () -> List.of(new Watched("tls", "server", tlsEnd.get(), WARN_OF_TLS));
    if (configuration.localCa().isEmpty()) {
      expiries.watch(tls.get());
      return new EndpointKeeping(Optional.empty(), expiries, tls);
    }
    ScepSettings settings = configuration.scep();
    LocalCaSettings first = configuration.localCa().get();
    LocalCaGenerations cas =
        new LocalCaGenerations(
            CaPlace.of(configuration, first, store.sealedKeys(), providers, random),
            configuration.status(),
            store.caGenerations(),
            clock);
    RegistrationAuthorities automatic =
        new RegistrationAuthorities(
            new OwnKeys(configuration, store, providers, random, clock).ofRas(),
            settings.ra(),
            providers,
            clock,
            random,
            store.auditLog(),
            KeyLog.ofRas());
    SuppliedRas supplied =
        new SuppliedRas(settings.profiles(), settings.ra(), providers, random, clock);
    EndpointKeeper keeper =
        new EndpointKeeper(
            settings,
            cas,
            new KeyChoice(automatic, supplied, settings.ra(), providers, random, clock),
            supplied,
            new ScepEndpoints(settings, configuration.certificateProfiles(), validators),
            expiries,
            tls,
            clock);
    keeper.requireInForce();
    return new EndpointKeeping(Optional.of(keeper), expiries, tls);
  }

  /// The endpoints, always the present ones.
  CurrentEndpoints endpoints() {
    return keeper
        .map(EndpointKeeper::endpoints)
        .orElseGet(() -> new CurrentEndpoints(List.of(), Optional.empty()));
  }

  /// The CAs of this server as they are now; absent when it has none.
  Optional<LocalCas> cas() {
    return keeper.map(EndpointKeeper::cas);
  }

  /// The certificates of CAs and RAs, as notices tell of them.
  List<WatchedCertificate> certificates() {
    return keeper.map(EndpointKeeper::certificates).orElse(List.of());
  }

  /// Looks whether anything is due, and does it.
  void check() {
    keeper.ifPresentOrElse(EndpointKeeper::check, expiries::remind);
  }

  /// Reads the RAs anew that the operator supplies, and watches the ends of what is in force now,
  /// the TLS certificate included; what came of each RA.
  List<SuppliedRas.Reloaded> reloadRas() {
    if (keeper.isPresent()) {
      return keeper.get().reloadRas();
    }
    expiries.watch(tls.get());
    return List.of();
  }

  /// Whether devices can be served with the keys there are.
  boolean areUsable() {
    return keeper.map(EndpointKeeper::areUsable).orElse(true);
  }
}
