package org.certctl.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.NamedKey;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CertificateSignature;
import org.certctl.keys.ClientCaBundle;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SignerBundle;
import org.certctl.keys.SigningKey;

/// Looks into the files with keys and certificates before anything is served with them.
final class StartChecks {

  private static final Duration CONNECTOR_EXPIRES_SOON = Duration.ofDays(30);

  private final CryptoProviders providers;
  private final Instant now;
  private final CertificateRules rules;
  private final Problems problems;

  StartChecks(CryptoProviders providers, Clock clock, Problems problems) {
    this.providers = providers;
    this.problems = problems;
    now = clock.instant();
    rules = new CertificateRules(now, problems);
  }

  /// Notes everything that is wrong with any of them.
  void check(Materials materials) {
    materials
        .tls()
        .ifPresent(
            files ->
                chainOf(files)
                    .ifPresent(chain -> rules.checkTls(files.certificate(), chain.first())));
    List<X509CertificateHolder> later = laterCas(materials.laterCas());
    rules.tolerateExpiry(isAnyInForce(later));
    Optional<CertificateChain> ca = materials.localCa().flatMap(this::chainOf);
    ca.ifPresent(chain -> rules.checkCa(materials.localCa().orElseThrow().certificate(), chain));
    rules.tolerateExpiry(false);
    List<X509CertificateHolder> issuing = new ArrayList<>();
    ca.ifPresent(chain -> issuing.add(chain.first()));
    issuing.addAll(later);
    List<X509CertificateHolder> replaced = new ArrayList<>();
    for (int i = 0; i < issuing.size(); i++) {
      if (isAnyInForce(issuing.subList(i + 1, issuing.size()))) {
        replaced.add(issuing.get(i));
      }
    }
    Set<PairOfFiles> seen = new HashSet<>();
    for (PairOfFiles files : materials.registrationAuthorities()) {
      if (seen.add(files)) {
        checkRa(files, issuing, replaced);
      }
    }
    materials.connectorBundles().forEach(this::checkConnectorBundle);
    materials.clientCaBundles().forEach(this::checkClientCaBundle);
    materials.noticeAuthorities().ifPresent(this::checkAuthorities);
    materials.ocspKey().ifPresent(this::checkOcspKey);
    checkAuditKey(materials.auditKey());
  }

  /// The issuing certificates of CAs that were prepared to follow the first one. What is wrong with
  /// them is said where they are used.
  private static List<X509CertificateHolder> laterCas(List<Path> files) {
    return files.stream().flatMap(file -> readable(file).stream()).toList();
  }

  private static Optional<X509CertificateHolder> readable(Path file) {
    try {
      return Optional.of(CertificateChain.read(file).first());
    } catch (KeyMaterialException e) {
      return Optional.empty();
    }
  }

  /// Notes what is wrong with an RA.
  ///
  /// @param cas the issuing CAs, one of which must have issued it; empty when that is not known
  /// @param replaced those of them that another one may have replaced, so that an RA of theirs is
  ///   not announced and may have expired
  void checkRa(
      PairOfFiles files, List<X509CertificateHolder> cas, List<X509CertificateHolder> replaced) {
    chainOf(files, SigningKey::requireDecryption)
        .ifPresent(
            chain -> {
              X509CertificateHolder ra = chain.first();
              rules.tolerateExpiry(
                  replaced.stream()
                      .anyMatch(
                          ca -> ca.equals(ra) || CertificateSignature.isDirectlyIssuedBy(ra, ca)));
              rules.checkRa(files.certificate(), ra, cas);
              rules.tolerateExpiry(false);
            });
  }

  private boolean isAnyInForce(List<X509CertificateHolder> cas) {
    return cas.stream()
        .anyMatch(
            ca ->
                !now.isBefore(ca.getNotBefore().toInstant())
                    && !now.isAfter(ca.getNotAfter().toInstant()));
  }

  private void checkClientCaBundle(NamedFile file) {
    try {
      ClientCaBundle.read(file.path(), now);
    } catch (KeyMaterialException e) {
      note(file, e);
    }
  }

  private void checkConnectorBundle(NamedFile file) {
    try {
      SignerBundle bundle = SignerBundle.read(file.path(), providers);
      bundle.requireNoneExpired(file.path(), now);
      for (SignerBundle.Signer signer : bundle.signers()) {
        if (now.plus(CONNECTOR_EXPIRES_SOON).isAfter(signer.notAfter())) {
          problems.warning(
              file.key(),
              file.path().toString(),
              "\"" + signer.subject() + "\" expires on " + signer.notAfter(),
              "get the connector's next certificate, and put it beside this one in good time");
        }
      }
    } catch (KeyMaterialException e) {
      note(file, e);
    }
  }

  private void checkAuthorities(NamedFile file) {
    try {
      CertificateChain.read(file.path());
    } catch (KeyMaterialException e) {
      note(file, e);
    }
  }

  /// The certificates of a pair, after its key has been found sound and theirs.
  private Optional<CertificateChain> chainOf(PairOfFiles files) {
    return chainOf(files, _ -> {});
  }

  private Optional<CertificateChain> chainOf(PairOfFiles files, KeyCheck more) {
    NamedKey named = files.privateKey();
    Optional<CertificateChain> chain = Optional.empty();
    try {
      chain = Optional.of(CertificateChain.read(files.certificate().path(), named.location()));
    } catch (KeyMaterialException e) {
      note(files.certificate(), e);
    }
    try {
      SigningKey key =
          SigningKey.read(
              named.location(),
              chain.map(known -> known.first().getSubjectPublicKeyInfo()),
              providers);
      if (chain.isPresent() && !key.belongsTo(chain.get().first())) {
        problems.error(
            named.key(),
            named.location().toString(),
            "it is not the key of the certificate in " + files.certificate().path(),
            "name the key that "
                + CertificateRules.describe(chain.get().first())
                + " was made for (option "
                + files.certificate().key()
                + ")");
      } else {
        more.check(key);
      }
    } catch (KeyMaterialException e) {
      note(named, e);
    }
    return chain;
  }

  /// What a key must be able to do besides.
  @FunctionalInterface
  private interface KeyCheck {
    void check(SigningKey key) throws KeyMaterialException;
  }

  private void checkOcspKey(NamedKey named) {
    try {
      SigningKey.read(named.location(), Optional.empty(), providers).requireRsaOrEc();
    } catch (KeyMaterialException e) {
      note(named, e);
    }
  }

  private void checkAuditKey(NamedKey named) {
    if (named.location() instanceof KeyLocation.InDatabase) {
      return;
    }
    try {
      SigningKey.read(named.location(), Optional.empty(), providers);
    } catch (KeyMaterialException e) {
      boolean missingFile =
          e.fault() == KeyMaterialException.Fault.MISSING && named.location().file().isPresent();
      if (!missingFile) {
        note(named, e);
        return;
      }
      problems.error(
          named.key(),
          named.location().toString(),
          e.reason(),
          "make one with: (umask 077; openssl genpkey -algorithm EC -pkeyopt"
              + " ec_paramgen_curve:P-256 -out "
              + named.location()
              + ")");
    }
  }

  private void note(NamedKey named, KeyMaterialException e) {
    if (e.fault() == KeyMaterialException.Fault.WRONG_ENCRYPTION_KEY) {
      problems.error(
          KeyEncryption.OPTION,
          e.reason() + " (" + named.key() + ")",
          e.hint()
              + "; if you encrypted it yourself, name its passphrase in the option …_KEY_PASSWORD_FILE"
              + " beside "
              + named.key());
      return;
    }
    problems.error(
        named.key(), named.location().toString(), e.reason(), hint(named.location().file(), e));
  }

  private void note(NamedFile file, KeyMaterialException e) {
    problems.error(
        file.key(), file.path().toString(), e.reason(), hint(Optional.of(file.path()), e));
  }

  private static String hint(Optional<Path> file, KeyMaterialException e) {
    boolean isToBeInstalled =
        e.fault() == KeyMaterialException.Fault.MISSING
            && file.isPresent()
            && Files.isDirectory(file.get().resolveSibling(Configuration.CA_REQUEST_FOLDER_NAME));
    return isToBeInstalled
        ? "have the request certified, then: certctl ca install CERTIFICATE-AND-CHAIN"
        : e.hint();
  }
}
