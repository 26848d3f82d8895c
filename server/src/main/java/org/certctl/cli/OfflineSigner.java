package org.certctl.cli;

import java.nio.file.Path;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import picocli.CommandLine.Option;

/// The CA that signs, on the machine that has its key.
final class OfflineSigner {

  @Option(
      names = "--ca-cert",
      required = true,
      paramLabel = "FILE",
      description = "PEM: the certificate of the CA that signs, then its chain up to the root.")
  private Path certificate = Path.of("");

  @Option(names = "--ca-key", required = true, paramLabel = "FILE", description = "PEM: its key.")
  private Path key = Path.of("");

  /// Certificate and key, which may be encrypted under the encryption key that the environment
  /// names.
  KeyPairFiles read(CommandContext context) throws ConfigurationException, KeyMaterialException {
    return KeyPairFiles.read(certificate, OfflineFiles.key(context, key), context.providers());
  }
}
