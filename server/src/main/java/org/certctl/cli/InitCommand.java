package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.certctl.keys.KeyType;
import org.certctl.setup.DataDirectorySetup;
import org.certctl.setup.SetupRequest;
import org.certctl.setup.SetupResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl init`: makes a data directory that is ready to serve.
@Command(
    name = "init",
    header = {"Make a data directory that is ready to serve.", ""},
    description = {
      "Makes a root and an issuing CA, an RA certificate, a TLS certificate, a random challenge, a"
          + " key for the audit trail and commented settings. Touches nothing that exists.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl init --data-dir /var/lib/certctl --host scep.example.com --organization Example",
      "  certctl init --data-dir ./trial --host 192.0.2.7 --ca-key p256"
    })
final class InitCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = {
        "A name or address that devices use for this server; may be repeated, the first one stands"
            + " in the URL.",
        "localhost, 127.0.0.1 and the name of this machine are added."
      })
  private final List<String> hosts = new ArrayList<>();

  @Option(
      names = "--ca-key",
      paramLabel = "TYPE",
      defaultValue = "rsa3072",
      description =
          "The key of the CAs: rsa2048, rsa3072, rsa4096, p256, p384 or ed25519 (which few devices"
              + " know). Default: ${DEFAULT-VALUE}.")
  private String caKey = "rsa3072";

  @Option(
      names = "--organization",
      paramLabel = "NAME",
      defaultValue = "certctl",
      description = "What stands in the names of the CAs. Default: ${DEFAULT-VALUE}.")
  private String organization = "certctl";

  InitCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, CommandFailedException {
    Path directory = dataDirectory.path().orElseGet(() -> context.environment().dataDirectory());
    SetupResult result =
        new DataDirectorySetup(context.providers(), context.clock(), context.random())
            .create(request(directory));
    return switch (result) {
      case SetupResult.Created created -> {
        print(created);
        yield ExitCode.OK;
      }
      case SetupResult.InUse inUse ->
          throw new CommandFailedException(
              inUse.directory()
                  + " exists and is not empty; nothing was touched. Name another directory with"
                  + " --data-dir, or use it as it is: certctl config check --data-dir "
                  + inUse.directory());
    };
  }

  private SetupRequest request(Path directory) throws CommandFailedException {
    KeyType type =
        KeyType.ofText(caKey)
            .orElseThrow(
                () ->
                    CommandFailedException.usage(
                        "--ca-key must be rsa2048, rsa3072, rsa4096, p256, p384 or ed25519"));
    List<String> all = new ArrayList<>(hosts);
    machineName().ifPresent(all::add);
    all.add("localhost");
    all.add("127.0.0.1");
    try {
      return new SetupRequest(directory, all, type, organization);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> machineName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return SetupRequest.isHost(name) ? Optional.of(name) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private void print(SetupResult.Created created) {
    PrintWriter out = context.out();
    out.println("Made " + created.directory());
    int width = created.files().stream().mapToInt(file -> file.name().length()).max().orElse(0);
    for (SetupResult.MadeFile file : created.files()) {
      out.println(
          "  " + file.name() + " ".repeat(width - file.name().length() + 2) + file.purpose());
    }
    out.println();
    out.println("Issuing CA   " + created.issuingCa().subjectText());
    out.println("  SHA-256    " + Fingerprint.SHA_256.of(created.issuingCa().holder()));
    out.println("Root CA      " + created.root().subjectText());
    out.println("  SHA-256    " + Fingerprint.SHA_256.of(created.root().holder()));
    out.println();
    out.println("SCEP URL     " + created.scepUrl());
    out.println("Challenge    in " + created.directory().resolve("certctl.env"));
    out.println();
    out.println("Next:        certctl serve --data-dir " + created.directory());
    out.println(
        "Then move "
            + created.directory().resolve("root-ca.key")
            + " to a safe place off this machine.");
  }
}
