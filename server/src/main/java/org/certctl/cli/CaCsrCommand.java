package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.LocalCaSettings;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.Names;
import org.certctl.rollover.CaGeneration;
import org.certctl.setup.CaRequests;
import org.certctl.setup.GenerationFiles;
import org.certctl.setup.NextCa;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl ca csr`: has another CA certify the CA of this server.
@Command(
    name = "csr",
    description = {
      "Make a key and a request (PKCS#10) for a CA that another CA certifies: the first one here, or"
          + " the next. Nothing changes until certctl ca install. For a new data directory, see"
          + " certctl init with --subordinate.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl ca csr                           the next CA, with a new key",
      "  certctl ca csr --same-key                the present CA for longer",
      "  certctl ca csr --subject 'C=DE,O=Example,CN=Example Devices CA' --key-type p384"
    })
public final class CaCsrCommand implements Callable<Integer>, NestedCommand {

  private final CommandContext context;
  private final StoredRecords.Source source;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      description = {
        "The name of the CA, its first part first. Default: that of the present CA, with the number"
            + " of the next generation unless the key stays."
      })
  private @Nullable String subject;

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      description =
          "rsa2048, rsa3072, rsa4096, p256, p384 or ed25519. Default: that of the present CA.")
  private @Nullable String keyType;

  @Option(names = "--same-key", description = "Request for the key of the present CA.")
  private boolean sameKey;

  @Option(
      names = "--path-length",
      paramLabel = "N",
      defaultValue = "0",
      description = "The path length to ask for. Default: ${DEFAULT-VALUE}.")
  private int pathLength;

  @Mixin private final NameConstraintOptions constraints = new NameConstraintOptions();

  @Option(names = "--replace", description = "Replace the request that waits, and destroy its key.")
  private boolean replaces;

  /// Reads records of this source.
  public CaCsrCommand(CommandContext context, StoredRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public String parent() {
    return "ca";
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    CaRequests requests = new CaRequests(configuration);
    if (requests.isPending() && !replaces) {
      throw new CommandFailedException(
          requests.request()
              + " waits for its certificate\nhint: certctl ca install FILE, or name --replace to"
              + " destroy its key and begin anew");
    }
    Optional<SubordinateCa.Present> issuing = SubordinateCa.present(context, source, configuration);
    if (issuing.isEmpty() && (subject == null || sameKey)) {
      throw CommandFailedException.usage("there is no CA here yet: name one with --subject");
    }
    SigningKey key;
    X500Name name;
    List<String> tlsHosts = requests.isPending() ? requests.tlsHosts() : List.of();
    if (issuing.isEmpty()) {
      key = SigningKey.generate(type(Optional.empty()), context.providers(), context.random());
      name = subject();
    } else {
      X509CertificateHolder present = issuing.get().chain().first();
      int number = issuing.get().number();
      if (sameKey) {
        requireNotOnToken(configuration, number);
      }
      key =
          sameKey
              ? issuing.get().key().read()
              : SigningKey.generate(
                  type(KeyType.of(present.getSubjectPublicKeyInfo())),
                  context.providers(),
                  context.random());
      name =
          subject != null
              ? subject()
              : sameKey
                  ? present.getSubject()
                  : NextCa.name(present.getSubject(), next(number, configuration));
    }
    CaLimits limits = constraints.limits(OptionalInt.of(pathLength));
    var _ = requests.make(key, name, limits, tlsHosts, context.random());
    context.out().println("Made " + requests.request());
    context.out().println("  subject  " + Names.text(name));
    context.out().println("  key      " + requests.key() + (sameKey ? " (that in use)" : ""));
    context.out().println();
    context.out().println("Have it certified as a CA (AD CS: template SubCA), then:");
    context.out().println("  certctl ca install CERTIFICATE-AND-CHAIN");
    return ExitCode.OK;
  }

  private static void requireNotOnToken(Configuration configuration, int number)
      throws CommandFailedException {
    if (number == CaGeneration.FIRST
        && SubordinateCa.settings(configuration) instanceof LocalCaSettings.InFiles files
        && files.key().file().isEmpty()) {
      throw new CommandFailedException(
          "the key of the CA is on a token\nhint: make the request with the token's tools; ca"
              + " install takes the certificate");
    }
  }

  private static int next(int number, Configuration configuration) {
    int next = number + 1;
    while (Files.exists(GenerationFiles.of(configuration.dataDirectory(), next).folder())) {
      next++;
    }
    return next;
  }

  private KeyType type(Optional<KeyType> present) throws CommandFailedException {
    if (keyType == null) {
      return present.orElse(KeyType.RSA_3072);
    }
    return KeyType.ofText(keyType.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                CommandFailedException.usage(
                    "--key-type must be rsa2048, rsa3072, rsa4096, p256, p384 or ed25519"));
  }

  private X500Name subject() throws CommandFailedException {
    return SubordinateCa.name("--subject", subject == null ? "" : subject);
  }
}
