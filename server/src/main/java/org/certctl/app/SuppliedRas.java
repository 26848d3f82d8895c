package org.certctl.app;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Problem;
import org.certctl.config.RaFileCheck;
import org.certctl.config.RaFiles;
import org.certctl.config.ScepProfileSettings;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.CertificateSignature;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.RaKey;

/// The RAs that the operator supplies and looks after: read at start, and again when told so.
///
/// Not safe for use by several threads at once.
final class SuppliedRas {

  /// What came of reading the RA of an endpoint again.
  ///
  /// @param endpoint the endpoint's name
  /// @param replaced whether another certificate is announced from now on
  /// @param inForce the certificate announced from now on, new or old
  /// @param problems what is wrong with the files; with an error among them the old RA stays
  record Reloaded(
      String endpoint, boolean replaced, X509CertificateHolder inForce, List<Problem> problems) {

    Reloaded {
      problems = List.copyOf(problems);
    }

    /// Whether the old RA stays because the files cannot be used.
    boolean refused() {
      return problems.stream().anyMatch(Problem::isError);
    }
  }

  private record Replaced(RaKey key, Instant at) {}

  private final CryptoProviders providers;
  private final SecureRandom random;
  private final Clock clock;
  private final RaSchedule schedule;
  private final List<ScepProfileSettings> profiles;
  private final Map<String, RaKey> present = new HashMap<>();
  private final Map<String, List<Replaced>> replaced = new HashMap<>();

  /// Reads those of all profiles that have one.
  SuppliedRas(
      List<ScepProfileSettings> profiles,
      RaSchedule schedule,
      CryptoProviders providers,
      SecureRandom random,
      Clock clock)
      throws KeyMaterialException {
    this.profiles = List.copyOf(profiles);
    this.schedule = schedule;
    this.providers = providers;
    this.random = random;
    this.clock = clock;
    for (ScepProfileSettings profile : profiles) {
      if (profile.ra().isPresent()) {
        present.put(profile.name(), read(profile.ra().get()));
      }
    }
  }

  private RaKey read(RaFiles files) throws KeyMaterialException {
    return RaKey.read(files.certPath(), files.keyPath(), providers, random);
  }

  /// The RA of an endpoint, whichever CA it is for.
  Optional<RaKey> of(String endpoint) {
    return Optional.ofNullable(present.get(endpoint));
  }

  /// Whether an RA is one of this CA, or the CA itself.
  static boolean belongs(RaKey ra, LocalCa ca) {
    X509CertificateHolder certificate = ra.certificate();
    return certificate.equals(ca.certificate())
        || CertificateSignature.isDirectlyIssuedBy(certificate, ca.certificate());
  }

  /// The RAs of an endpoint that others have replaced in this process, while their grace lasts.
  List<RaKey> replacedOf(String endpoint) {
    Instant now = clock.instant();
    List<Replaced> kept = replaced.getOrDefault(endpoint, List.of());
    return kept.stream()
        .filter(each -> !schedule.isSpent(each.at(), now))
        .map(Replaced::key)
        .toList();
  }

  /// Reads all of them again. Each is judged on its own, and one that cannot be used leaves the old
  /// one in its place.
  List<Reloaded> reload(LocalCa ca) {
    List<Reloaded> results = new ArrayList<>();
    for (ScepProfileSettings profile : profiles) {
      profile.ra().ifPresent(files -> results.add(reload(profile, files, ca)));
    }
    return results;
  }

  private Reloaded reload(ScepProfileSettings profile, RaFiles files, LocalCa ca) {
    List<Problem> problems =
        new RaFileCheck(providers, clock).problemsOf(profile, files, ca.certificate());
    RaKey old = of(profile.name()).orElseThrow();
    Reloaded result = new Reloaded(profile.name(), false, old.certificate(), problems);
    if (result.refused()) {
      return result;
    }
    try {
      RaKey read = read(files);
      if (old.certificate().equals(read.certificate())) {
        return result;
      }
      present.put(profile.name(), read);
      replaced
          .computeIfAbsent(profile.name(), _ -> new ArrayList<>())
          .addFirst(new Replaced(old, clock.instant()));
      return new Reloaded(profile.name(), true, read.certificate(), problems);
    } catch (KeyMaterialException e) {
      return new Reloaded(
          profile.name(),
          false,
          old.certificate(),
          List.of(
              new Problem(
                  Problem.Severity.ERROR, profile.name(), Optional.empty(), e.reason(), e.hint())));
    }
  }
}
