package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.CaFiles;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.setup.CaChainCheck;
import org.certctl.setup.OfflineCa;
import org.certctl.setup.PublicUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl ca sign-csr`: certifies a CA below an offline one, on files alone.
@Command(
    name = "sign-csr",
    description = {
      "Certify a CA below this one, on the machine that has its key. No data directory is needed. Of"
          + " the request only name and key count, and its name constraints unless others are given.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  certctl ca sign-csr --ca-cert root.crt --ca-key root.key --csr ca.csr --out ca.crt"
          + " --public-url http://pki.example.com"
    })
final class CaSignCsrCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final OfflineSigner signer = new OfflineSigner();

  @Option(
      names = "--csr",
      required = true,
      paramLabel = "FILE",
      description = "The request, PEM or DER.")
  private Path csr = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "Where the certificate and its chain are written, for ca install; must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "1826",
      description =
          "How long it is valid, at most as long as the CA that signs. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--path-length",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many CAs may stand below it. Default: ${DEFAULT-VALUE}.")
  private int pathLength;

  @Mixin private final NameConstraintOptions constraints = new NameConstraintOptions();

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = {
        "CERTCTL_PUBLIC_URL of the server that will serve this CA's CRL and certificate: the new"
            + " certificate then says where they are."
      })
  private @Nullable String publicUrl;

  CaSignCsrCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    OfflineFiles.requireFree(out);
    KeyPairFiles ca = signer.read(context);
    PKCS10CertificationRequest request = CaFiles.request(csr);
    try {
      CaChainCheck.Report report =
          new OfflineCa(context.clock(), context.random())
              .certify(
                  ca,
                  request,
                  OfflineFiles.days(days),
                  constraints.limits(OptionalInt.of(pathLength)),
                  publicUrl == null ? Optional.empty() : Optional.of(PublicUrl.of(publicUrl)));
      SubordinateCa.print(report, context.out());
      if (!report.isSound()) {
        throw new CommandFailedException("nothing was written");
      }
      report.chain().orElseThrow().write(out);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
    context.out().println();
    context.out().println("Made " + out);
    return ExitCode.OK;
  }
}
