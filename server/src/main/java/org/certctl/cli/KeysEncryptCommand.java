package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.issuer.local.EncryptionKeyChange;
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
    header = {"Encrypt the keys in the data directory, and change the encryption key.", ""},
    description = {
      "Encrypts every private key in the data directory, and the key of the challenges, under"
          + " CERTCTL_CONFIG_ENCRYPTION_KEY. Keys that are encrypted under it already stay as they"
          + " are, and so do keys under a passphrase of your own. A server may run meanwhile; each file"
          + " is replaced at once, and what a crash leaves undone a repeat does.",
      "To change the encryption key: stop the server, set the new one, name the old one with"
          + " --previous-key-file, and start the server again.",
      "With PostgreSQL, also the keys in the database that all nodes share, in one transaction. Other"
          + " nodes may run meanwhile: they go on with the keys that they have opened, make no new ones,"
          + " and are restarted with the new encryption key one by one.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  certctl keys encrypt --data-dir /var/lib/certctl --previous-key-file /root/old.key"
    })
public final class KeysEncryptCommand implements Callable<Integer>, NestedCommand {

  private final CommandContext context;
  private final WritableRecords.Source source;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--previous-key-file",
      paramLabel = "FILE",
      description = "The file with the encryption key that was in force before, in its first line.")
  private @Nullable Path previousKeyFile;

  /// Changes records of this source.
  public KeysEncryptCommand(CommandContext context, WritableRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public String parent() {
    return "keys";
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
    int shared = configuration.sharesKeys() ? change(configuration, previous) : 0;
    if (shared > 0) {
      context.out().println("encrypted  all " + shared + " keys and secrets in the database");
      context.out().println("Restart all nodes with the new encryption key, one by one.");
    }
    if (!done.isEmpty() || shared == 0) {
      context
          .out()
          .println(
              done.isEmpty()
                  ? "Nothing was to be done."
                  : done.size() + (done.size() == 1 ? " file" : " files") + " encrypted.");
    }
    return ExitCode.OK;
  }

  /// Those that nodes share in their database.
  private int change(Configuration configuration, KeyEncryption previous)
      throws CommandFailedException {
    try (WritableRecords records = source.open(configuration)) {
      return new EncryptionKeyChange(
              records.sealedKeys(), previous, configuration.encryption(), context.random())
          .run(
              new AuditEvent.SharedKeyChanged(
                  context.clock().instant(), context.operator(), "sealed_anew", "all", "", ""));
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(
          (previous.isOn()
                  ? "the key of --previous-key-file does not open the keys in the database: "
                  : "the keys in the database are encrypted under another key: ")
              + e.reason()
              + "\nhint: name the key that they were encrypted under with --previous-key-file; nothing"
              + " in the database was changed");
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException(
          "the keys in the database were not encrypted: "
              + e.getMessage()
              + "\nhint: repeat the command");
    }
  }
}
