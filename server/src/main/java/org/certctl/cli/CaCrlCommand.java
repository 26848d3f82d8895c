package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.issuer.StatusLocations;
import org.certctl.keys.CaFiles;
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
final class CaCrlCommand {

  private final CommandContext context;

  CaCrlCommand(CommandContext context) {
    this.context = context;
  }

  /// `certctl ca crl import`: takes one in the place of the one before.
  @Command(
      name = "import",
      description = {
        "Take a CRL of a CA above ours, for example of an offline root, and serve it. It is checked:"
            + " issuer, signature, times, and that its number is not lower than that of the one that"
            + " is served. A running server serves it at once.",
        ""
      },
      footer = {"", "Example:", "  certctl ca crl import root-2.crl"})
  int importCrl(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "FILE", description = "The CRL, PEM or DER.") Path file)
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    if (!Files.exists(SubordinateCa.settings(configuration).certPath())) {
      throw new CommandFailedException("there is no CA here yet");
    }
    X509CRLHolder crl = CaFiles.crl(file);
    try {
      UpperCa upper =
          CrlImport.take(
              configuration.dataDirectory(),
              SubordinateCa.settings(configuration).certPath(),
              crl,
              context.clock().instant());
      context.out().println("Took the CRL of " + Names.text(upper.certificate().getSubject()));
      context.out().println("  number   " + OfflineCa.number(crl).orElseThrow());
      context.out().println("  entries  " + crl.getRevokedCertificates().size());
      context.out().println("  next by  " + crl.getNextUpdate().toInstant());
      context.out().println("  served   " + StatusLocations.ROOT + "/crl/" + upper.id());
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException("the CRL was not taken: " + e.getMessage());
    }
  }
}
