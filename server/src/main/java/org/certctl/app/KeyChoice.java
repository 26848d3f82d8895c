package org.certctl.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.issuer.local.RegistrationAuthorities;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.RaKey;

/// Which keys an endpoint speaks SCEP with: the RA that the operator supplies, the CA itself, or an
/// RA that the CA makes, and those that were announced before, for their grace.
///
/// Not safe for use by several threads at once.
final class KeyChoice {

  private final RegistrationAuthorities automatic;
  private final SuppliedRas supplied;
  private final RaSchedule schedule;
  private final CryptoProviders providers;
  private final SecureRandom random;
  private final Clock clock;
  private final Map<String, RaKey> keysOfCas = new LinkedHashMap<>();

  KeyChoice(
      RegistrationAuthorities automatic,
      SuppliedRas supplied,
      RaSchedule schedule,
      CryptoProviders providers,
      SecureRandom random,
      Clock clock) {
    this.automatic = automatic;
    this.supplied = supplied;
    this.schedule = schedule;
    this.providers = providers;
    this.random = random;
    this.clock = clock;
  }

  /// The keys of an endpoint under these CAs.
  ///
  /// @throws IOException when one cannot be read or made
  EndpointKeys of(String endpoint, LocalCas now) throws IOException {
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
    Optional<RaKey> chosen = givenFor(endpoint, ca);
    if (chosen.isEmpty()) {
      return automatic.keysOf(endpoint, ca);
    }
    List<RaKey> keys = new ArrayList<>();
    keys.add(chosen.get());
    keys.addAll(automatic.keysBesideSupplied(endpoint, ca));
    return keys;
  }

  private List<RaKey> formerKeys(String endpoint, LocalCas.Former former) throws IOException {
    List<RaKey> keys =
        new ArrayList<>(automatic.formerKeysOf(endpoint, former.ca(), former.replacedAt()));
    if (!schedule.isSpent(former.replacedAt(), clock.instant())) {
      givenFor(endpoint, former.ca()).ifPresent(keys::addFirst);
    }
    return keys;
  }

  /// The RA that the operator supplies for a CA; where that is a CA, each CA speaks for itself.
  private Optional<RaKey> givenFor(String endpoint, LocalCa ca) {
    return supplied
        .of(endpoint, ca)
        .or(() -> supplied.of(endpoint).filter(KeyChoice::isCa).flatMap(_ -> keyOfCa(ca)));
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
}
