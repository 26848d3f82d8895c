package org.certctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.CaFiles;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.setup.OfflineCa;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl ca sign-crl`: the CRL of an offline CA, on files alone.
@Command(
    name = "sign-crl",
    description = {
      "Sign the CRL of an offline CA, on the machine that has its key. No data directory is needed.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl ca sign-crl --ca-cert root.crt --ca-key root.key --out root-1.crl",
      "  certctl ca sign-crl --ca-cert root.crt --ca-key root.key --previous root-1.crl"
          + " --revoke 0a1b2c=cACompromise --out root-2.crl"
    })
final class CaSignCrlCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final OfflineSigner signer = new OfflineSigner();

  @Option(
      names = "--previous",
      paramLabel = "FILE",
      description =
          "The CRL before this one: its entries are carried over, its number is counted on.")
  private @Nullable Path previous;

  @Option(
      names = "--revoke",
      paramLabel = "SERIAL[=REASON]",
      description =
          "A certificate to revoke, by its serial number in hexadecimal; reasons as for cert revoke."
              + " May be repeated.")
  private final List<String> revoked = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "180",
      description = "By when the next one comes. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the CRL is written, PEM; must not exist.")
  private Path out = Path.of("");

  CaSignCrlCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    OfflineFiles.requireFree(out);
    KeyPairFiles ca = signer.read(context);
    Optional<X509CRLHolder> before =
        previous == null ? Optional.empty() : Optional.of(CaFiles.crl(previous));
    List<OfflineCa.Revoked> all = new ArrayList<>();
    for (String each : revoked) {
      all.add(revoked(each));
    }
    try {
      X509CRLHolder crl =
          new OfflineCa(context.clock(), context.random())
              .crl(ca, before, all, OfflineFiles.days(days));
      DurableFile.writePublic(out, CaFiles.pem(crl).getBytes(StandardCharsets.US_ASCII));
      context.out().println("Made " + out);
      context.out().println("  number   " + OfflineCa.number(crl).orElseThrow());
      context.out().println("  entries  " + crl.getRevokedCertificates().size());
      context.out().println("  next by  " + crl.getNextUpdate().toInstant());
      context.out().println();
      context.out().println("On the server: certctl ca crl import " + out);
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }

  private static OfflineCa.Revoked revoked(String text) throws CommandFailedException {
    int equals = text.indexOf('=');
    String serial = (equals < 0 ? text : text.substring(0, equals)).replace(":", "");
    try {
      return new OfflineCa.Revoked(
          SerialNumber.ofHex(serial.toLowerCase(java.util.Locale.ROOT)),
          equals < 0
              ? RevocationReason.UNSPECIFIED
              : RevocationReason.ofName(text.substring(equals + 1)).orElseThrow());
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      throw CommandFailedException.usage(
          "--revoke takes a hexadecimal serial number, with a reason such as 0a1b2c=cACompromise");
    }
  }
}
