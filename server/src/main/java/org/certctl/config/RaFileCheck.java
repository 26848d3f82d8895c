package org.certctl.config;

import java.time.Clock;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.NamedKey;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.keys.CryptoProviders;

/// Judges the RA files of a profile while the server runs, as they are judged at its start.
public final class RaFileCheck {

  private final CryptoProviders providers;
  private final Clock clock;

  /// Takes what reading keys and judging dates needs.
  public RaFileCheck(CryptoProviders providers, Clock clock) {
    this.providers = providers;
    this.clock = clock;
  }

  /// Everything that is wrong with the files, and the warnings; empty when nothing is.
  ///
  /// @param profile whose RA it is
  /// @param files the RA's files
  /// @param issuingCas the CAs one of which must have issued it, that which issues now last
  /// @param former those of them that issue no more
  public List<Problem> problemsOf(
      ScepProfileSettings profile,
      RaFiles files,
      List<X509CertificateHolder> issuingCas,
      List<X509CertificateHolder> former) {
    Problems problems = new Problems();
    boolean single = profile.path().equals(ScepProfileSettings.ROOT_PATH);
    Options.ScepEndpointOptions options = single ? Options.SINGLE : Options.PROFILE;
    new StartChecks(providers, clock, problems)
        .checkRa(
            new PairOfFiles(
                new NamedFile(key(options.raCertPath(), profile), files.certPath()),
                new NamedKey(key(options.raKey(), profile), files.key())),
            issuingCas,
            former);
    return problems.all();
  }

  private static String key(Option<?> option, ScepProfileSettings profile) {
    return option.isPerProfile() ? option.keyFor(profile.name()) : option.name();
  }
}
