package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl keys encrypt`: encrypts all keys in the data directory, also those that were encrypted
/// under an earlier encryption key.
@Command(
    name = "encrypt",
    header = {"Encrypt the keys in the data directory.", ""},
    description = {
      "Encrypts every private key in the data directory, and the key of the challenges, under"
          + " CERTCTL_CONFIG_ENCRYPTION_KEY. Keys that are encrypted under it already stay as they"
          + " are, and so do keys under a passphrase of your own. A server may run meanwhile; each file"
          + " is replaced at once, and what a crash leaves undone a repeat does.",
      "To change the encryption key: stop the server, set the new one, name the old one with"
          + " --previous-key-file, and start the server again.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  certctl keys encrypt --data-dir /var/lib/certctl --previous-key-file /root/old.key"
    })
final class KeysEncryptCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--previous-key-file",
      paramLabel = "FILE",
      description = "The file with the encryption key that was in force before, in its first line.")
  private @Nullable Path previousKeyFile;

  KeysEncryptCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    KeyEncryption encryption = configuration.encryption();
    if (!encryption.isOn()) {
      throw new CommandFailedException(
          KeyEncryption.OPTION
              + " is not set\nhint: openssl rand -base64 32 > FILE outside the data directory, and"
              + " name it in "
              + KeyEncryption.OPTION
              + "_FILE");
    }
    KeyEncryption previous =
        previousKeyFile == null
            ? KeyEncryption.none()
            : KeyEncryption.under(PassphraseFile.read(previousKeyFile));
    List<Path> done = configuration.allKeyFiles().encrypt(previous, encryption, context.random());
    done.forEach(file -> context.out().println("encrypted  " + file));
    List<KeyMaterialException> closed = configuration.ownKeyFiles().closed(encryption);
    if (!closed.isEmpty()) {
      throw new CommandFailedException(
          closed.getFirst().reason()
              + (closed.size() == 1 ? "" : " and " + (closed.size() - 1) + " others")
              + "\nhint: name the key that they were encrypted under with --previous-key-file");
    }
    context
        .out()
        .println(
            done.isEmpty()
                ? "Nothing was to be done."
                : done.size() + (done.size() == 1 ? " file" : " files") + " encrypted.");
    return ExitCode.OK;
  }
}
