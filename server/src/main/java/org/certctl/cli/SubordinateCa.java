package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.config.LocalCaSettings;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Names;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.CaChainCheck;
import org.certctl.setup.CasInFiles;
import org.certctl.setup.GenerationFiles;

/// What the commands about CAs that are certified elsewhere share.
final class SubordinateCa {

  private SubordinateCa() {}

  /// The place of a CA in files.
  static LocalCaSettings.InFiles settings(Configuration configuration)
      throws CommandFailedException {
    LocalCaSettings ca =
        configuration
            .localCa()
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "no place for a CA is named here (CERTCTL_CA_CERT_PATH,"
                            + " CERTCTL_CA_KEY_PATH)"));
    return switch (ca) {
      case LocalCaSettings.InFiles files -> files;
      case LocalCaSettings.InDatabase _ ->
          throw new CommandFailedException(
              "the CA is in the database (CERTCTL_CA_KEY_PATH=database), and this command knows files"
                  + " only");
    };
  }

  /// Which CA issues at this instant; the first one when no server ran yet.
  static CaSuccession succession(
      StoredRecords.Source source, Configuration configuration, Instant now)
      throws CommandFailedException {
    if (configuration.database() instanceof DatabaseSettings.Sqlite sqlite
        && !Files.exists(sqlite.file())) {
      return CaSuccession.at(now, List.of());
    }
    try (StoredRecords records = source.open(configuration)) {
      return CaSuccession.at(now, records.caGenerations().all());
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException("the records cannot be read: " + e.getMessage());
    }
  }

  /// The chain of a CA here.
  static CertificateChain chain(
      CommandContext context,
      Configuration configuration,
      LocalCaSettings.InFiles first,
      int number)
      throws KeyMaterialException {
    return CasInFiles.of(configuration, first, context.providers()).chain(number);
  }

  /// The key of a CA here.
  static SigningKey key(
      Configuration configuration,
      LocalCaSettings.InFiles first,
      int number,
      X509CertificateHolder certificate,
      CryptoProviders providers)
      throws KeyMaterialException {
    return number == CaGeneration.FIRST
        ? SigningKey.read(
            first.key(), Optional.of(certificate.getSubjectPublicKeyInfo()), providers)
        : GenerationFiles.of(configuration.dataDirectory(), number)
            .read(providers, configuration.encryption())
            .key();
  }

  /// A number that neither a row nor a folder nor a key has: a crash may leave these without a row.
  ///
  /// @param keys the numbers of the keys that are in the database
  static int freeNumber(Configuration configuration, List<CaGeneration> all, List<Integer> keys)
      throws IOException {
    int number = all.stream().mapToInt(CaGeneration::number).max().orElse(CaGeneration.FIRST) + 1;
    while (keys.contains(number)
        || Files.exists(GenerationFiles.of(configuration.dataDirectory(), number).folder())) {
      number++;
    }
    return number;
  }

  static X500Name name(String option, String text) throws CommandFailedException {
    try {
      X500Name name = new X500Name(text);
      if (name.getRDNs().length > 0) {
        return name;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw CommandFailedException.usage(
        option + " takes a name such as C=DE,O=Example,CN=Devices CA");
  }

  /// Shows a chain and what was found about it.
  static void print(CaChainCheck.Report report, PrintWriter out) {
    report
        .chain()
        .ifPresent(
            chain -> {
              for (X509CertificateHolder each : chain.certificates()) {
                out.println(Names.text(each.getSubject()));
                out.println(
                    "  valid    "
                        + each.getNotBefore().toInstant()
                        + " to "
                        + each.getNotAfter().toInstant());
                out.println("  SHA-256  " + Fingerprint.SHA_256.of(each));
              }
            });
    for (CaChainCheck.Finding finding : report.findings()) {
      out.println(
          (finding.isError() ? "error: " : "note: ") + finding.code() + ": " + finding.text());
      out.println("    hint: " + finding.hint());
    }
  }
}
