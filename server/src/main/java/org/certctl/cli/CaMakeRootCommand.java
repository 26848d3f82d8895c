package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.setup.OfflineCa;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl ca make-root`: an offline root, on files alone.
@Command(
    name = "make-root",
    description = {
      "Make a root CA: a key and a self-signed certificate, on a machine without network. No data"
          + " directory is needed.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  certctl ca make-root --name 'C=DE,O=Example,CN=Example Root' --key root.key --out root.crt"
    })
final class CaMakeRootCommand implements Callable<Integer> {

  private final CommandContext context;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "The name of the root, its first part first.")
  private String name = "";

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "Where the key is written (mode 0600); must not exist.")
  private Path key = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where the certificate is written; must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      defaultValue = "rsa4096",
      description = "rsa2048, rsa3072, rsa4096, p256, p384 or ed25519. Default: ${DEFAULT-VALUE}.")
  private String keyType = "rsa4096";

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7305",
      description = "How long it is valid. Default: ${DEFAULT-VALUE} (20 years).")
  private int days;

  @Option(
      names = "--path-length",
      paramLabel = "N",
      description = "How many CAs may stand below each other below it. Default: any number.")
  private @Nullable Integer pathLength;

  @Mixin private final NameConstraintOptions constraints = new NameConstraintOptions();

  CaMakeRootCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CommandFailedException, IOException, KeyMaterialException {
    OfflineFiles.requireFree(key);
    OfflineFiles.requireFree(out);
    KeyType type =
        KeyType.ofText(keyType.toLowerCase(Locale.ROOT))
            .orElseThrow(
                () ->
                    CommandFailedException.usage(
                        "--key-type must be rsa2048, rsa3072, rsa4096, p256, p384 or ed25519"));
    SigningKey made = SigningKey.generate(type, context.providers(), context.random());
    X509CertificateHolder root =
        new OfflineCa(context.clock(), context.random())
            .root(
                SubordinateCa.name("--name", name),
                made,
                OfflineFiles.days(days),
                constraints.limits(
                    pathLength == null ? OptionalInt.empty() : OptionalInt.of(pathLength)));
    made.write(key);
    CertificateChain.of(root).write(out);
    context.out().println("Made " + out + " and " + key);
    context.out().println("  SHA-256  " + Fingerprint.SHA_256.of(root));
    return ExitCode.OK;
  }
}
