package org.certctl.app;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.ScepSettings;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.front.scep.CurrentEndpoints;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.KeyMaterialException;
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
  private static final String CAS = "CAs";
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
  private final KeyChoice choice;
  private final SuppliedRas supplied;
  private final ScepEndpoints factory;
  private final CertificateExpiries expiries;
  private final Supplier<List<Watched>> otherCertificates;
  private final Clock clock;
  private final CurrentEndpoints endpoints;
  private final Map<String, Exception> failing = new HashMap<>();
  private Present present;

  /// Makes the first endpoints.
  ///
  /// @param otherCertificates what is to be watched besides CA and RA; asked again after a reload
  /// @throws IOException when the CAs cannot be read, or no endpoint has keys
  EndpointKeeper(
      ScepSettings settings,
      CaSource cas,
      KeyChoice choice,
      SuppliedRas supplied,
      ScepEndpoints factory,
      CertificateExpiries expiries,
      Supplier<List<Watched>> otherCertificates,
      Clock clock)
      throws IOException, StoreUnavailableException {
    this.settings = settings;
    this.cas = cas;
    this.choice = choice;
    this.supplied = supplied;
    this.factory = factory;
    this.expiries = expiries;
    this.otherCertificates = otherCertificates;
    this.clock = clock;
    LocalCas first = cas.now();
    this.present = new Present(first, keysUnder(first, new Present(first, Map.of())));
    if (present.keys().isEmpty() && !settings.profiles().isEmpty()) {
      throw new IOException(
          "no endpoint has a key to speak SCEP with", failing.values().iterator().next());
    }
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

  /// Looks whether anything is due, and does it. What fails is said in the log, and leaves what it
  /// concerns as it is: an endpoint its keys, or all of them the CAs.
  synchronized void check() {
    try {
      refresh();
    } finally {
      expiries.remind();
    }
  }

  private void refresh() {
    LocalCas now = casNow();
    Present found = new Present(now, keysUnder(now, present));
    if (found.equals(present)) {
      return;
    }
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

  /// Reads the RAs anew that the operator supplies, and serves with them. Each is judged on its
  /// own; one that cannot be used leaves the old one in its place.
  ///
  /// @return what came of each
  synchronized List<SuppliedRas.Reloaded> reloadRas() {
    List<SuppliedRas.Reloaded> results = supplied.reload(present.cas());
    check();
    watch();
    return results.stream()
        .map(
            result ->
                result.replaced() && failing.containsKey(nameOf(result.endpoint()))
                    ? supplied.takeBack(result)
                    : result)
        .toList();
  }

  /// That neither the CA that issues now has expired, nor an RA that the operator supplies for it.
  /// The checks of the configuration cannot tell which CA issues.
  ///
  /// @throws KeyMaterialException when one has
  synchronized void requireInForce() throws KeyMaterialException {
    Instant now = clock.instant();
    for (X509CertificateHolder ca : present.cas().current().chain()) {
      if (now.isAfter(ca.getNotAfter().toInstant())) {
        throw KeyMaterialException.expired(
            ca, "take the renewed certificate of that CA, or see: certctl ca rollover --help");
      }
    }
    for (ScepProfileSettings profile : settings.profiles()) {
      Optional<RaKey> ra = supplied.of(profile.name(), present.cas().current());
      if (ra.isPresent() && now.isAfter(ra.get().certificate().getNotAfter().toInstant())) {
        throw KeyMaterialException.expired(
            ra.get().certificate(), "renew it, or leave it out and let the CA here make one");
      }
    }
  }

  /// Whether devices can be served at all: the CA is in force, and at least one endpoint's RA.
  synchronized boolean areUsable() {
    if (settings.profiles().isEmpty()) {
      return true;
    }
    Instant now = clock.instant();
    LocalCa ca = present.cas().current();
    return !now.isBefore(ca.notBefore())
        && now.isBefore(ca.notAfter())
        && present.keys().values().stream()
            .map(keys -> keys.current().getFirst().certificate())
            .anyMatch(ra -> now.isBefore(ra.getNotAfter().toInstant()));
  }

  private LocalCas casNow() {
    try {
      LocalCas now = cas.now();
      works(CAS);
      return now;
    } catch (IOException | StoreUnavailableException e) {
      fails(CAS, e);
      return present.cas();
    }
  }

  /// The keys of each endpoint that has some.
  private Map<String, EndpointKeys> keysUnder(LocalCas now, Present before) {
    Map<String, EndpointKeys> keys = new LinkedHashMap<>();
    for (ScepProfileSettings profile : settings.profiles()) {
      String name = profile.name();
      try {
        keys.put(name, choice.of(name, now));
        works(nameOf(name));
      } catch (IOException e) {
        fails(nameOf(name), e);
        EndpointKeys last = before.keys().get(name);
        if (last != null) {
          keys.put(name, kept(last, before.cas(), now));
        }
      }
    }
    return keys;
  }

  /// The keys that an endpoint had, when none can be found for it now. Another CA may issue
  /// meanwhile: then those that were made for it before.
  private static EndpointKeys kept(EndpointKeys keys, LocalCas before, LocalCas now) {
    if (now.current().equals(before.current())) {
      return new EndpointKeys(
          keys.current(), now.next().equals(before.next()) ? keys.next() : List.of());
    }
    List<RaKey> all = new ArrayList<>();
    if (before.next().filter(now.current()::equals).isPresent()) {
      all.addAll(keys.next());
    }
    all.addAll(keys.current());
    return new EndpointKeys(all, List.of());
  }

  private static String nameOf(String endpoint) {
    return "endpoint " + endpoint;
  }

  private void works(String what) {
    if (failing.remove(what) != null) {
      log.atInfo().addKeyValue("what", what).log("keys and CAs can be read and made again");
    }
  }

  /// Says it once, however often it is tried.
  private void fails(String what, Exception cause) {
    if (failing.put(what, cause) == null) {
      log.atError()
          .addKeyValue("what", what)
          .setCause(cause)
          .log("keys or CAs cannot be read or made; what is served stays as it is");
    }
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
              boolean looksAfterItself = !supplied.supplied(endpoint, announced);
              watched.add(
                  new Watched(
                      "ra",
                      endpoint,
                      announced.certificate().getNotAfter().toInstant(),
                      looksAfterItself ? shorter(settings.ra().renewBefore()) : WARN_OF_RA));
            });
    expiries.watch(watched);
  }

  /// The certificates of all CAs that sign anything, and the announced ones of the RAs, as notices
  /// tell of them. A CA that issues no more is no longer told of when it has ended.
  synchronized List<WatchedCertificate> certificates() {
    Instant now = clock.instant();
    List<WatchedCertificate> all = new ArrayList<>();
    for (LocalCa ca : present.cas().all().toList()) {
      if (ca.equals(present.cas().current()) || now.isBefore(ca.notAfter())) {
        all.add(WatchedCertificate.of("ca", ca.issuerId(), ca.certificate()));
        for (X509CertificateHolder above : ca.chain().subList(1, ca.chain().size())) {
          all.add(WatchedCertificate.of("ca-chain", ca.issuerId(), above));
        }
      }
    }
    present
        .keys()
        .forEach(
            (endpoint, keys) -> {
              RaKey announced = keys.current().getFirst();
              Optional<Duration> renewedBefore =
                  supplied.supplied(endpoint, announced)
                      ? Optional.empty()
                      : Optional.of(shorter(settings.ra().renewBefore()));
              all.add(
                  WatchedCertificate.of("ra", endpoint, announced.certificate(), renewedBefore));
            });
    return all;
  }

  /// An RA that is renewed by itself is worth a warning only when that fails.
  private static Duration shorter(Duration renewBefore) {
    Duration half = renewBefore.dividedBy(2);
    return half.compareTo(WARN_OF_RA) < 0 ? half : WARN_OF_RA;
  }
}
