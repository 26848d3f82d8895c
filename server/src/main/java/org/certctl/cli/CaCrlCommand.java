package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.DatabaseSettings;
import org.certctl.config.LocalCaSettings;
import org.certctl.issuer.StatusLocations;
import org.certctl.issuer.local.SharedCas;
import org.certctl.keys.CaFiles;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.Names;
import org.certctl.setup.CrlImport;
import org.certctl.setup.OfflineCa;
import org.certctl.setup.UpperCa;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `certctl ca crl`: CRLs of the CAs above, whose keys are not here.
@Command(name = "crl", description = "Serve the CRL of a CA above, whose key is not here.")
public final class CaCrlCommand implements NestedCommand {

  private final CommandContext context;
  private final StoredRecords.Source source;

  /// Reads records of this source.
  public CaCrlCommand(CommandContext context, StoredRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public String parent() {
    return "ca";
  }

  /// `certctl ca crl import`: takes one in the place of the one before.
  @Command(
      name = "import",
      description = {
        "Take a CRL of a CA above ours, for example of an offline root, and serve it. It is checked:"
            + " issuer, signature, times, and that its number is not lower than that of the one that"
            + " is served. A running server serves it at once; of several nodes, each that took it.",
        ""
      },
      footer = {"", "Example:", "  certctl ca crl import root-2.crl"})
  int importCrl(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "FILE", description = "The CRL, PEM or DER.") Path file)
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    List<CertificateChain> chains = chains(configuration);
    X509CRLHolder crl = CaFiles.crl(file);
    try {
      UpperCa upper =
          CrlImport.take(configuration.dataDirectory(), chains, crl, context.clock().instant());
      context.out().println("Took the CRL of " + Names.text(upper.certificate().getSubject()));
      context.out().println("  number   " + OfflineCa.number(crl).orElseThrow());
      context.out().println("  entries  " + crl.getRevokedCertificates().size());
      context.out().println("  next by  " + crl.getNextUpdate().toInstant());
      context.out().println("  served   " + StatusLocations.ROOT + "/crl/" + upper.id());
      if (configuration.database() instanceof DatabaseSettings.Postgres) {
        context.out().println();
        context.out().println("This node serves it. Import it on each of the others, too.");
      }
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException("the CRL was not taken: " + e.getMessage());
    }
  }

  private List<CertificateChain> chains(Configuration configuration)
      throws CommandFailedException, KeyMaterialException, IOException {
    return switch (SubordinateCa.settings(configuration)) {
      case LocalCaSettings.InFiles files -> {
        if (!Files.exists(files.certPath())) {
          throw new CommandFailedException("there is no CA here yet");
        }
        yield CrlImport.chainsInFiles(configuration.dataDirectory(), files.certPath());
      }
      case LocalCaSettings.InDatabase _ -> {
        try (StoredRecords records = source.open(configuration)) {
          SharedCas cas = SubordinateCa.shared(context, configuration, records.sealedKeys());
          List<CertificateChain> chains = new ArrayList<>();
          for (int number : cas.numbers()) {
            cas.find(number).ifPresent(ca -> chains.add(ca.files().chain()));
          }
          if (chains.isEmpty()) {
            throw new CommandFailedException(
                "there is no CA in the database yet\nhint: certctl keys share, on a node that has"
                    + " one in files");
          }
          yield chains;
        } catch (StoreUnavailableException e) {
          throw SubordinateCa.unreadable(e);
        }
      }
    };
  }
}
