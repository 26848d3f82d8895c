package org.certctl.config;

import java.time.Clock;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;

/// Looks into the files with keys and certificates before anything is served with them.
final class StartChecks {

  private final CryptoProviders providers;
  private final CertificateRules rules;
  private final Problems problems;

  StartChecks(CryptoProviders providers, Clock clock, Problems problems) {
    this.providers = providers;
    this.problems = problems;
    rules = new CertificateRules(clock.instant(), problems);
  }

  /// Notes everything that is wrong with any of them.
  void check(Materials materials) {
    materials
        .tls()
        .ifPresent(
            files ->
                chainOf(files)
                    .ifPresent(chain -> rules.checkTls(files.certificate(), chain.first())));
    Optional<CertificateChain> ca = materials.localCa().flatMap(this::chainOf);
    ca.ifPresent(chain -> rules.checkCa(materials.localCa().orElseThrow().certificate(), chain));
    Set<PairOfFiles> seen = new HashSet<>();
    for (PairOfFiles files : materials.registrationAuthorities()) {
      if (seen.add(files)) {
        chainOf(files)
            .ifPresent(
                chain ->
                    rules.checkRa(
                        files.certificate(), chain.first(), ca.map(CertificateChain::first)));
      }
    }
    checkAuditKey(materials.auditKey());
  }

  /// The certificates of a pair, after its key has been found sound and theirs.
  private Optional<CertificateChain> chainOf(PairOfFiles files) {
    Optional<CertificateChain> chain = certificates(files.certificate());
    Optional<SigningKey> key = privateKey(files.privateKey());
    if (chain.isPresent() && key.isPresent() && !key.get().belongsTo(chain.get().first())) {
      X509CertificateHolder certificate = chain.get().first();
      problems.error(
          files.privateKey().key(),
          files.privateKey().path().toString(),
          "it is not the key of the certificate in " + files.certificate().path(),
          "name the key that "
              + CertificateRules.describe(certificate)
              + " was made for (option "
              + files.certificate().key()
              + ")");
    }
    return chain;
  }

  private Optional<CertificateChain> certificates(NamedFile file) {
    try {
      return Optional.of(CertificateChain.read(file.path()));
    } catch (KeyMaterialException e) {
      note(file, e);
      return Optional.empty();
    }
  }

  private Optional<SigningKey> privateKey(NamedFile file) {
    try {
      return Optional.of(SigningKey.read(file.path(), providers));
    } catch (KeyMaterialException e) {
      note(file, e);
      return Optional.empty();
    }
  }

  private void checkAuditKey(NamedFile file) {
    try {
      SigningKey.read(file.path(), providers);
    } catch (KeyMaterialException e) {
      String make =
          "make one with: (umask 077; openssl genpkey -algorithm EC -pkeyopt"
              + " ec_paramgen_curve:P-256 -out "
              + file.path()
              + ")";
      boolean missing = e.fault() == KeyMaterialException.Fault.MISSING;
      problems.error(file.key(), file.path().toString(), e.reason(), missing ? make : e.hint());
    }
  }

  private void note(NamedFile file, KeyMaterialException e) {
    problems.error(file.key(), file.path().toString(), e.reason(), e.hint());
  }
}
