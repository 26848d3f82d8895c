package org.certctl.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.ScepSettings;
import org.certctl.front.scep.CurrentEndpoints;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.issuer.local.RegistrationAuthorities;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.RaKey;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.CertificateExpiries.Watched;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the endpoints up to date while the server runs: renews RAs, takes reloaded ones, follows
/// the change of CAs, and puts endpoints with the present keys in place of the old ones.
///
/// Safe to use from many threads.
final class EndpointKeeper {

  private static final Logger log = LoggerFactory.getLogger(EndpointKeeper.class);
  private static final Duration WARN_OF_RA = Duration.ofDays(30);
  private static final Duration WARN_OF_CA = Duration.ofDays(90);

  /// Knows which CA issues now.
  @FunctionalInterface
  interface CaSource {

    /// The CAs of this instant.
    LocalCas now() throws IOException, StoreUnavailableException;
  }

  /// Everything that endpoints are made of and that can change.
  private record Present(LocalCas cas, Map<String, EndpointKeys> keys) {}

  private final ScepSettings settings;
  private final CaSource cas;
  private final RegistrationAuthorities automatic;
  private final SuppliedRas supplied;
  private final ScepEndpoints factory;
  private final CertificateExpiries expiries;
  private final Supplier<List<Watched>> otherCertificates;
  private final CryptoProviders providers;
  private final SecureRandom random;
  private final Clock clock;
  private final CurrentEndpoints endpoints;
  private final Map<String, RaKey> keysOfCas = new LinkedHashMap<>();
  private Present present;

  /// Makes the first endpoints.
  ///
  /// @param otherCertificates what is to be watched besides CA and RA; asked again after a reload
  EndpointKeeper(
      ScepSettings settings,
      CaSource cas,
      RegistrationAuthorities automatic,
      SuppliedRas supplied,
      ScepEndpoints factory,
      CertificateExpiries expiries,
      Supplier<List<Watched>> otherCertificates,
      CryptoProviders providers,
      SecureRandom random,
      Clock clock)
      throws IOException, StoreUnavailableException {
    this.settings = settings;
    this.cas = cas;
    this.automatic = automatic;
    this.supplied = supplied;
    this.factory = factory;
    this.expiries = expiries;
    this.otherCertificates = otherCertificates;
    this.providers = providers;
    this.random = random;
    this.clock = clock;
    this.present = gather();
    this.endpoints =
        new CurrentEndpoints(factory.with(present.cas(), present.keys()), settings.ndesProfile());
    watch();
  }

  /// The endpoints, always the present ones.
  CurrentEndpoints endpoints() {
    return endpoints;
  }

  /// The CAs as they are now.
  synchronized LocalCas cas() {
    return present.cas();
  }

  /// Looks whether anything is due, and does it.
  ///
  /// @throws IOException when a key cannot be read or written; what is served stays as it is
  synchronized void check() throws IOException, StoreUnavailableException {
    Present found = gather();
    if (!found.equals(present)) {
      boolean otherCa = !found.cas().current().equals(present.cas().current());
      present = found;
      endpoints.replace(factory.with(found.cas(), found.keys()));
      watch();
      if (otherCa) {
        log.atInfo()
            .addKeyValue("issuer", found.cas().current().issuerId())
            .addKeyValue("subject", found.cas().current().certificate().getSubject())
            .log("another CA issues from now on");
      }
    }
    expiries.remind();
  }

  /// Reads the RAs anew that the operator supplies, and serves with them. Each is judged on its
  /// own; one that cannot be used leaves the old one in its place.
  ///
  /// @return what came of each
  synchronized List<SuppliedRas.Reloaded> reloadRas()
      throws IOException, StoreUnavailableException {
    List<SuppliedRas.Reloaded> results = supplied.reload(present.cas().current());
    check();
    watch();
    return results;
  }

  /// Whether devices can be served at all: the CA is in force, and at least one endpoint's RA.
  synchronized boolean areUsable() {
    if (settings.profiles().isEmpty()) {
      return true;
    }
    Instant now = clock.instant();
    return now.isBefore(present.cas().current().notAfter())
        && present.keys().values().stream()
            .map(keys -> keys.current().getFirst().certificate())
            .anyMatch(ra -> now.isBefore(ra.getNotAfter().toInstant()));
  }

  private Present gather() throws IOException, StoreUnavailableException {
    LocalCas now = cas.now();
    Map<String, EndpointKeys> keys = new LinkedHashMap<>();
    for (ScepProfileSettings profile : settings.profiles()) {
      keys.put(profile.name(), keysOf(profile.name(), now));
    }
    return new Present(now, keys);
  }

  private EndpointKeys keysOf(String endpoint, LocalCas now) throws IOException {
    List<RaKey> current = new ArrayList<>(announcedAndOlder(endpoint, now.current()));
    supplied.replacedOf(endpoint).stream()
        .filter(key -> !current.contains(key))
        .forEach(current::add);
    for (LocalCas.Former former : now.former()) {
      formerKeys(endpoint, former).stream()
          .filter(key -> !current.contains(key))
          .forEach(current::add);
    }
    return new EndpointKeys(
        current,
        now.next().isPresent() ? announcedAndOlder(endpoint, now.next().get()) : List.of());
  }

  /// What an endpoint speaks with for a CA: the RA that the operator supplies if it is one of this
  /// CA, the CA itself where there is no RA, else an RA that the CA makes.
  private List<RaKey> announcedAndOlder(String endpoint, LocalCa ca) throws IOException {
    Optional<RaKey> given = supplied.of(endpoint);
    Optional<RaKey> own = given.isPresent() && isCa(given.get()) ? keyOfCa(ca) : Optional.empty();
    Optional<RaKey> chosen = given.filter(ra -> SuppliedRas.belongs(ra, ca)).or(() -> own);
    if (chosen.isEmpty()) {
      return automatic.keysOf(endpoint, ca);
    }
    List<RaKey> keys = new ArrayList<>();
    keys.add(chosen.get());
    keys.addAll(
        automatic.formerKeysOf(
            endpoint, ca, chosen.get().certificate().getNotBefore().toInstant()));
    return keys;
  }

  private List<RaKey> formerKeys(String endpoint, LocalCas.Former former) throws IOException {
    List<RaKey> keys =
        new ArrayList<>(automatic.formerKeysOf(endpoint, former.ca(), former.replacedAt()));
    if (!settings.ra().isSpent(former.replacedAt(), clock.instant())) {
      supplied
          .of(endpoint)
          .filter(ra -> SuppliedRas.belongs(ra, former.ca()))
          .ifPresent(keys::addFirst);
    }
    return keys;
  }

  private static boolean isCa(RaKey ra) {
    KeyUsage usage = KeyUsage.fromExtensions(ra.certificate().getExtensions());
    return usage != null && usage.hasUsages(KeyUsage.keyCertSign);
  }

  /// The key of a CA that may speak SCEP itself.
  private Optional<RaKey> keyOfCa(LocalCa ca) {
    KeyUsage usage = KeyUsage.fromExtensions(ca.certificate().getExtensions());
    if (!ca.files().key().isRsa()
        || usage == null
        || !usage.hasUsages(KeyUsage.digitalSignature | KeyUsage.keyEncipherment)) {
      return Optional.empty();
    }
    return Optional.of(
        keysOfCas.computeIfAbsent(ca.issuerId(), _ -> RaKey.of(ca.files(), providers, random)));
  }

  private void watch() {
    List<Watched> watched = new ArrayList<>(otherCertificates.get());
    for (X509CertificateHolder certificate : present.cas().current().chain()) {
      watched.add(
          new Watched(
              "ca",
              certificate.getSubject().toString(),
              certificate.getNotAfter().toInstant(),
              WARN_OF_CA));
    }
    present
        .keys()
        .forEach(
            (endpoint, keys) -> {
              RaKey announced = keys.current().getFirst();
              boolean looksAfterItself = supplied.of(endpoint).filter(announced::equals).isEmpty();
              watched.add(
                  new Watched(
                      "ra",
                      endpoint,
                      announced.certificate().getNotAfter().toInstant(),
                      looksAfterItself ? shorter(settings.ra().renewBefore()) : WARN_OF_RA));
            });
    expiries.watch(watched);
  }

  /// An RA that is renewed by itself is worth a warning only when that fails.
  private static Duration shorter(Duration renewBefore) {
    Duration half = renewBefore.dividedBy(2);
    return half.compareTo(WARN_OF_RA) < 0 ? half : WARN_OF_RA;
  }
}
