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
import org.certctl.issuer.local.LocalCas;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.CertificateSignature;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.RaKey;
import org.certctl.pki.Names;

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
    return RaKey.read(files.certPath(), files.key(), providers, random);
  }

  /// The RA of an endpoint as its files were last read, whichever CA it is for.
  Optional<RaKey> of(String endpoint) {
    return Optional.ofNullable(present.get(endpoint));
  }

  /// The RA of an endpoint under a CA. When the files hold one of another CA by now, the last one
  /// of this CA that they held in this process, unless it has expired.
  Optional<RaKey> of(String endpoint, LocalCa ca) {
    Instant now = clock.instant();
    return of(endpoint)
        .filter(ra -> belongs(ra, ca))
        .or(
            () ->
                replaced.getOrDefault(endpoint, List.of()).stream()
                    .map(Replaced::key)
                    .filter(ra -> now.isBefore(ra.certificate().getNotAfter().toInstant()))
                    .filter(ra -> belongs(ra, ca))
                    .findFirst());
  }

  /// Whether the operator supplied this key for the endpoint, now or earlier in this process.
  boolean supplied(String endpoint, RaKey key) {
    return of(endpoint).filter(key::equals).isPresent()
        || replaced.getOrDefault(endpoint, List.of()).stream()
            .anyMatch(each -> each.key().equals(key));
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
  /// one in its place. As at the start, one of any of the CAs can be used.
  List<Reloaded> reload(LocalCas cas) {
    List<Reloaded> results = new ArrayList<>();
    for (ScepProfileSettings profile : profiles) {
      profile.ra().ifPresent(files -> results.add(reload(profile, files, cas)));
    }
    return results;
  }

  /// Undoes a reload whose RA cannot be used after all.
  ///
  /// @param reloaded one that replaced an RA
  Reloaded takeBack(Reloaded reloaded) {
    String endpoint = reloaded.endpoint();
    Replaced last = replaced.getOrDefault(endpoint, new ArrayList<>()).removeFirst();
    present.put(endpoint, last.key());
    return new Reloaded(
        endpoint,
        false,
        last.key().certificate(),
        List.of(
            new Problem(
                Problem.Severity.ERROR,
                endpoint,
                Optional.empty(),
                "other keys of this profile cannot be read; the log says why",
                "mend them, and reload again")));
  }

  private Reloaded reload(ScepProfileSettings profile, RaFiles files, LocalCas cas) {
    List<Problem> problems =
        new ArrayList<>(
            new RaFileCheck(providers, clock)
                .problemsOf(
                    profile,
                    files,
                    cas.all().map(LocalCa::certificate).toList().reversed(),
                    cas.former().stream().map(each -> each.ca().certificate()).toList()));
    RaKey old = of(profile.name()).orElseThrow();
    Reloaded result = new Reloaded(profile.name(), false, old.certificate(), problems);
    if (result.refused()) {
      return result;
    }
    try {
      RaKey read = read(files);
      announcedLater(profile.name(), read, cas).ifPresent(problems::add);
      result = new Reloaded(profile.name(), false, old.certificate(), problems);
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

  /// What is to be said of an RA that is not one of the CA that issues now.
  private static Optional<Problem> announcedLater(String profile, RaKey ra, LocalCas cas) {
    if (belongs(ra, cas.current())) {
      return Optional.empty();
    }
    Optional<LocalCa> next = cas.next().filter(ca -> belongs(ra, ca));
    return Optional.of(
        new Problem(
            Problem.Severity.WARNING,
            profile,
            Optional.empty(),
            next.isPresent()
                ? "it is one of the next CA, and announced when that issues"
                : "it is one of a CA that issues no more, and not announced",
            "supply one of " + Names.text(cas.current().certificate().getSubject())));
  }
}
