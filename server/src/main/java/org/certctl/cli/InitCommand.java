package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.certctl.config.ConfigurationException;
import org.certctl.config.InitialEncryption;
import org.certctl.keys.KeyType;
import org.certctl.pki.CaLimits;
import org.certctl.setup.DataDirectorySetup;
import org.certctl.setup.PublicUrl;
import org.certctl.setup.SetupRequest;
import org.certctl.setup.SetupResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl init`: makes a data directory that is ready to serve.
@Command(
    name = "init",
    header = {"Make a data directory that is ready to serve.", ""},
    description = {
      "Makes a root and an issuing CA, a TLS certificate, a random challenge, a key for the audit"
          + " trail and commented settings; the server makes RA certificates itself. Touches nothing"
          + " that exists.",
      "The keys are encrypted when CERTCTL_CONFIG_ENCRYPTION_KEY or CERTCTL_CONFIG_ENCRYPTION_KEY_FILE"
          + " is set in the environment (docs/keys.md).",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl init --data-dir /var/lib/certctl --host scep.example.com --organization Example",
      "  certctl init --data-dir ./trial --host 192.0.2.7 --ca-key p256",
      "  certctl init --data-dir /var/lib/certctl --host scep.example.com --subordinate"
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

  @Option(
      names = "--subordinate",
      description = {
        "Have another CA certify the issuing CA: makes its key and a request, and no root. The"
            + " server can be started after certctl ca install."
      })
  private boolean subordinate;

  @Option(
      names = "--root-key-file",
      paramLabel = "FILE",
      description =
          "Where the root's key is written, for example on a medium that goes into a safe; must not"
              + " exist. Default: root-ca.key in the data directory, to be moved by you.")
  private @Nullable Path rootKeyFile;

  @Option(
      names = "--root-path-length",
      paramLabel = "N",
      description = {
        "How many CAs may stand below each other below the root, at least 1. Default: any number."
            + " The issuing CA always has 0."
      })
  private @Nullable Integer rootPathLength;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description =
          "Where others find CRLs and CA certificates of this server; sets CERTCTL_PUBLIC_URL, and"
              + " stands in the issuing CA's certificate too. Example: http://pki.example.com")
  private @Nullable String publicUrl;

  @Mixin private final NameConstraintOptions constraints = new NameConstraintOptions();

  InitCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, CommandFailedException, ConfigurationException {
    Path directory = dataDirectory.path().orElseGet(() -> context.environment().dataDirectory());
    InitialEncryption encryption = InitialEncryption.of(context.environment(), directory);
    SetupResult result;
    try {
      result =
          new DataDirectorySetup(context.providers(), context.clock(), context.random(), encryption)
              .create(request(directory));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(String.valueOf(e.getMessage()));
    }
    return switch (result) {
      case SetupResult.Created created -> {
        print(created);
        yield ExitCode.OK;
      }
      case SetupResult.Requested requested -> {
        print(requested);
        yield ExitCode.OK;
      }
      case SetupResult.InUse inUse ->
          throw new CommandFailedException(
              Files.isRegularFile(inUse.directory())
                  ? inUse.directory() + " is no directory; nothing was touched"
                  : inUse.directory()
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
    CaLimits names = constraints.limits(OptionalInt.empty());
    List<String> all = new ArrayList<>(hosts);
    Stream.concat(machineName().stream(), Stream.of("localhost", "127.0.0.1"))
        .filter(host -> SetupRequest.allows(names, host))
        .forEach(all::add);
    try {
      return new SetupRequest(directory, all, type, organization, caSetup(names));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(String.valueOf(e.getMessage()));
    }
  }

  private SetupRequest.CaSetup caSetup(CaLimits names) throws CommandFailedException {
    if (rootPathLength != null && rootPathLength < 1) {
      throw CommandFailedException.usage("--root-path-length must be at least 1");
    }
    if (subordinate && (rootKeyFile != null || rootPathLength != null)) {
      throw CommandFailedException.usage("--subordinate makes no root");
    }
    return new SetupRequest.CaSetup(
        subordinate,
        Optional.ofNullable(rootKeyFile),
        rootPathLength == null ? CaLimits.none() : CaLimits.none().withPathLength(rootPathLength),
        names.names(),
        publicUrl == null ? Optional.empty() : Optional.of(PublicUrl.of(publicUrl)));
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
    printFiles(created.files());
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
            + (rootKeyFile == null ? created.directory().resolve("root-ca.key") : rootKeyFile)
            + " to a safe place off this machine.");
  }

  private void print(SetupResult.Requested requested) {
    PrintWriter out = context.out();
    out.println("Made " + requested.directory());
    printFiles(requested.files());
    out.println();
    out.println("Have " + requested.request() + " certified as a CA (AD CS: template SubCA),");
    out.println(
        "then:  certctl ca install CERTIFICATE-AND-CHAIN --data-dir " + requested.directory());
  }

  private void printFiles(List<SetupResult.MadeFile> files) {
    int width = files.stream().mapToInt(file -> file.name().length()).max().orElse(0);
    for (SetupResult.MadeFile file : files) {
      context
          .out()
          .println(
              "  " + file.name() + " ".repeat(width - file.name().length() + 2) + file.purpose());
    }
  }
}
