package org.certctl.app;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.config.ScepProfileSettings;
import org.certctl.front.scep.ClientTrust;
import org.certctl.keys.ClientCaBundle;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.ClientVerdict;

/// The CAs of client certificates of all profiles served on `/scep-mtls`, each profile's its own.
///
/// Safe to use from many threads.
final class MtlsTrust implements ClientTrust {

  private static final String KIND = "mtls";

  private final Map<String, Path> files;
  private final Map<String, ClientCaBundle> bundles = new ConcurrentHashMap<>();
  private final Clock clock;

  /// Reads the bundles of all profiles that have one.
  MtlsTrust(List<ScepProfileSettings> profiles, Clock clock) throws KeyMaterialException {
    this.clock = clock;
    this.files = new LinkedHashMap<>();
    for (ScepProfileSettings profile : profiles) {
      if (profile.clientCaBundle().isPresent()) {
        Path file = profile.clientCaBundle().get();
        files.put(profile.name(), file);
        bundles.put(profile.name(), ClientCaBundle.read(file, clock.instant()));
      }
    }
  }

  @Override
  public Optional<ClientVerdict> judge(String endpoint, List<X509Certificate> presented) {
    return Optional.ofNullable(bundles.get(endpoint))
        .map(bundle -> bundle.judge(presented, clock.instant()));
  }

  /// The CAs of client certificates, by profile.
  Map<String, List<X509Certificate>> cas() {
    Map<String, List<X509Certificate>> all = new LinkedHashMap<>();
    bundles.forEach((profile, bundle) -> all.put(profile, bundle.cas()));
    return all;
  }

  /// Reads every bundle again.
  List<ReloadedPart> reload() {
    List<ReloadedPart> parts = new ArrayList<>();
    files.forEach((profile, file) -> parts.add(reload(profile, file)));
    return parts;
  }

  private ReloadedPart reload(String profile, Path file) {
    ClientCaBundle old = bundles.get(profile);
    try {
      ClientCaBundle next = ClientCaBundle.read(file, clock.instant());
      bundles.put(profile, next);
      boolean changed = old == null || !old.cas().equals(next.cas());
      return new ReloadedPart(
          KIND, profile, changed ? Outcome.CHANGED : Outcome.UNCHANGED, text(next));
    } catch (KeyMaterialException e) {
      String still = old == null ? "nobody" : text(old);
      return new ReloadedPart(
          KIND, profile, Outcome.KEPT, e.reason() + "; still trusted: " + still);
    }
  }

  private static String text(ClientCaBundle bundle) {
    return bundle.cas().stream()
        .map(
            ca -> ca.getSubjectX500Principal().getName() + " until " + ca.getNotAfter().toInstant())
        .collect(Collectors.joining("; "));
  }
}
