package org.certctl.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.LocalCaSettings;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.Names;
import org.certctl.rollover.CaGeneration;
import org.certctl.setup.CaPlace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl ca fingerprint`: what a device or its administrator compares the CA with.
@Command(
    name = "fingerprint",
    header = {"Show the fingerprints of the CA's certificates.", ""},
    description = {
      "Shows the issuing CA first, then its chain up to the root. SCEP clients and mobile"
          + " device managers ask for one of them, to know that they talk to the right CA.",
      ""
    },
    footer = {"", "Example:", "  certctl ca fingerprint --data-dir /var/lib/certctl"})
public final class CaFingerprintCommand implements NestedCommand, Callable<Integer> {

  private final CommandContext context;
  private final StoredRecords.Source source;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--md5",
      description =
          "Show MD5 too, for old displays that know nothing else. MD5 proves nothing any more.")
  private boolean md5;

  /// Reads records of this source.
  public CaFingerprintCommand(CommandContext context, StoredRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public String parent() {
    return "ca";
  }

  @Override
  public Integer call()
      throws ConfigurationException, KeyMaterialException, CommandFailedException {
    Configuration configuration = context.configuration(dataDirectory);
    LocalCaSettings ca =
        configuration
            .localCa()
            .orElseThrow(
                () -> new CommandFailedException("there is no CA here (CERTCTL_CA_CERT_PATH)"));
    for (X509CertificateHolder certificate : first(configuration, ca).certificates()) {
      print(certificate, context.out());
    }
    if (Files.isDirectory(configuration.dataDirectory().resolve(Configuration.CA_FOLDER_NAME))
        || ca instanceof LocalCaSettings.InDatabase) {
      context
          .err()
          .println(
              "note: this is the first CA; those of a rollover, and which one issues, are shown by:"
                  + " certctl ca rollover status");
    }
    return ExitCode.OK;
  }

  private CertificateChain first(Configuration configuration, LocalCaSettings ca)
      throws KeyMaterialException, CommandFailedException {
    return switch (ca) {
      case LocalCaSettings.InFiles files -> CertificateChain.read(files.certPath(), files.key());
      case LocalCaSettings.InDatabase _ -> {
        try (StoredRecords records = source.open(configuration)) {
          yield CaPlace.of(
                  configuration, ca, records.sealedKeys(), context.providers(), context.random())
              .chain(CaGeneration.FIRST);
        } catch (StoreUnavailableException e) {
          throw new CommandFailedException("the records cannot be read: " + e.getMessage());
        }
      }
    };
  }

  private void print(X509CertificateHolder certificate, PrintWriter out) {
    out.println(Names.text(certificate.getSubject()));
    out.println(
        "  valid    "
            + certificate.getNotBefore().toInstant()
            + " to "
            + certificate.getNotAfter().toInstant());
    List<Fingerprint> fingerprints =
        new ArrayList<>(List.of(Fingerprint.SHA_256, Fingerprint.SHA_1));
    if (md5) {
      fingerprints.add(Fingerprint.MD5);
    }
    for (Fingerprint fingerprint : fingerprints) {
      String name = fingerprint.algorithm();
      out.println("  " + name + " ".repeat(9 - name.length()) + fingerprint.of(certificate));
    }
  }
}
