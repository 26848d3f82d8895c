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
import org.certctl.issuer.local.KeySealing;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.issuer.local.SharedCas;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Names;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.CaChainCheck;
import org.certctl.setup.CaPlace;
import org.certctl.setup.CasInFiles;
import org.certctl.setup.GenerationFiles;

/// What the commands about CAs that are certified elsewhere share.
final class SubordinateCa {

  private SubordinateCa() {}

  /// Reads a key.
  @FunctionalInterface
  interface KeyReader {
    SigningKey read() throws KeyMaterialException;
  }

  /// The CA that issues now.
  ///
  /// @param succession which one that is, and which follows
  /// @param key reads its key
  record Present(CaSuccession succession, CertificateChain chain, KeyReader key) {

    /// That of its generation.
    int number() {
      return succession.current();
    }
  }

  /// The place of the CA.
  static LocalCaSettings settings(Configuration configuration) throws CommandFailedException {
    return configuration
        .localCa()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "no place for a CA is named here (CERTCTL_CA_CERT_PATH,"
                        + " CERTCTL_CA_KEY_PATH)"));
  }

  /// The CA that issues now; empty when its files are still to be made.
  ///
  /// @throws KeyMaterialException when it cannot be read, or is to be in the database and is not
  static Optional<Present> present(
      CommandContext context, StoredRecords.Source source, Configuration configuration)
      throws CommandFailedException, KeyMaterialException {
    Instant now = context.clock().instant();
    return switch (settings(configuration)) {
      case LocalCaSettings.InFiles files -> {
        if (!Files.exists(files.certPath())) {
          yield Optional.empty();
        }
        CaSuccession succession = succession(source, configuration, now);
        int number = succession.current();
        CertificateChain chain =
            CasInFiles.of(configuration, files, context.providers()).chain(number);
        yield Optional.of(
            new Present(
                succession,
                chain,
                () -> key(configuration, files, number, chain.first(), context.providers())));
      }
      case LocalCaSettings.InDatabase shared -> {
        try (StoredRecords records = source.open(configuration)) {
          CaSuccession succession = CaSuccession.at(now, records.caGenerations().all());
          KeyPairFiles ca =
              CaPlace.of(
                      configuration,
                      shared,
                      records.sealedKeys(),
                      context.providers(),
                      context.random())
                  .read(succession.current());
          yield Optional.of(new Present(succession, ca.chain(), ca::key));
        } catch (StoreUnavailableException e) {
          throw unreadable(e);
        }
      }
    };
  }

  /// The CAs in the database.
  static SharedCas shared(CommandContext context, Configuration configuration, SealedKeys keys) {
    return new SharedCas(
        keys, context.providers(), new KeySealing(configuration.encryption(), context.random()));
  }

  static CommandFailedException unreadable(StoreUnavailableException cause) {
    return new CommandFailedException("the records cannot be read: " + cause.getMessage());
  }

  /// Which CA issues at this instant; the first one when no server ran yet.
  private static CaSuccession succession(
      StoredRecords.Source source, Configuration configuration, Instant now)
      throws CommandFailedException {
    if (configuration.database() instanceof DatabaseSettings.Sqlite sqlite
        && !Files.exists(sqlite.file())) {
      return CaSuccession.at(now, List.of());
    }
    try (StoredRecords records = source.open(configuration)) {
      return CaSuccession.at(now, records.caGenerations().all());
    } catch (StoreUnavailableException e) {
      throw unreadable(e);
    }
  }

  /// The key of a CA in files.
  private static SigningKey key(
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
