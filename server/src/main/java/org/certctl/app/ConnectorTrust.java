package org.certctl.app;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.challenge.connector.TrustAnchors;
import org.certctl.config.ConnectorSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SignerBundle;
import org.certctl.observe.ConnectorMetrics;

/// The trust anchors of all profiles with connector challenges: made once, so that they outlive the
/// endpoints that use them.
final class ConnectorTrust {

  private static final String KIND = "connector";

  private final SequencedMap<String, TrustAnchors> byProfile;
  private final ConnectorMetrics metrics;
  private final Clock clock;

  private ConnectorTrust(
      SequencedMap<String, TrustAnchors> byProfile, ConnectorMetrics metrics, Clock clock) {
    this.byProfile = byProfile;
    this.metrics = metrics;
    this.clock = clock;
    byProfile.keySet().forEach(metrics::watch);
    watchAnchors();
  }

  static ConnectorTrust of(
      List<ScepProfileSettings> profiles,
      CryptoProviders providers,
      ConnectorMetrics metrics,
      Clock clock)
      throws KeyMaterialException {
    SequencedMap<String, TrustAnchors> byProfile = new LinkedHashMap<>();
    for (ScepProfileSettings profile : profiles) {
      if (profile.challenges().connector().isPresent()) {
        ConnectorSettings settings = profile.challenges().connector().get();
        byProfile.put(
            profile.name(), TrustAnchors.read(settings.certPath(), providers, clock.instant()));
      }
    }
    return new ConnectorTrust(byProfile, metrics, clock);
  }

  /// The anchors of a profile that takes connector challenges.
  TrustAnchors of(String profile) {
    TrustAnchors anchors = byProfile.get(profile);
    if (anchors == null) {
      throw new IllegalStateException(profile + " takes no connector challenges");
    }
    return anchors;
  }

  /// The certificates that are trusted, by profile.
  Map<String, List<X509CertificateHolder>> anchors() {
    Map<String, List<X509CertificateHolder>> all = new LinkedHashMap<>();
    byProfile.forEach(
        (profile, anchors) ->
            all.put(
                profile, anchors.all().stream().map(SignerBundle.Signer::certificate).toList()));
    return all;
  }

  /// Reads every bundle again.
  List<ReloadedPart> reload() {
    List<ReloadedPart> parts = new ArrayList<>();
    byProfile.forEach((profile, anchors) -> parts.add(reload(profile, anchors)));
    watchAnchors();
    return parts;
  }

  private ReloadedPart reload(String profile, TrustAnchors anchors) {
    Instant now = clock.instant();
    try {
      boolean changed = anchors.reload(now);
      return new ReloadedPart(
          KIND, profile, changed ? Outcome.CHANGED : Outcome.UNCHANGED, text(anchors));
    } catch (KeyMaterialException e) {
      return new ReloadedPart(
          KIND, profile, Outcome.KEPT, e.reason() + "; still trusted: " + text(anchors));
    }
  }

  private static String text(TrustAnchors anchors) {
    return anchors.all().stream()
        .map(anchor -> anchor.subject() + " until " + anchor.notAfter())
        .collect(Collectors.joining("; "));
  }

  private void watchAnchors() {
    List<ConnectorMetrics.Anchor> all = new ArrayList<>();
    byProfile.forEach(
        (profile, anchors) -> {
          for (SignerBundle.Signer anchor : anchors.all()) {
            all.add(
                new ConnectorMetrics.Anchor(
                    profile,
                    anchor.subject(),
                    anchor.certificate().getSerialNumber().toString(16),
                    anchor.notAfter()));
          }
        });
    metrics.watch(all);
  }
}
