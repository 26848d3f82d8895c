package org.certctl.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.ExitCode;
import org.certctl.cli.Fingerprint;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.RequesterKey;
import org.certctl.outbound.HttpScepTransport;
import org.certctl.outbound.OutboundClient;
import org.certctl.outbound.OutboundException;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.client.ScepHttpException;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `certctl enroll`: a SCEP client for any server.
@Command(
    name = "enroll",
    sortOptions = false,
    description = {
      "Get a certificate from a SCEP server, this one or any other: make a key where there is"
          + " none, ask, wait while the CA decides, write the certificate. Run again with the same"
          + " key and names, it continues where it was.",
      ""
    },
    footer = {
      "",
      "Without a challenge option the challenge is asked for on the terminal; an empty one sends"
          + " none. A renewal needs none and does not ask.",
      "",
      "Examples:",
      "  certctl enroll http://scep.example.com:8080/scep/default \\",
      "      --challenge-file challenge.txt --ca-fingerprint AB:CD:... \\",
      "      --subject CN=dev1,O=corp --dns dev1.example.com --out dev1.pem",
      "  pass scep | certctl enroll https://scep.example.com/scep --challenge-stdin \\",
      "      --subject CN=anna --upn anna@example.com --out anna.pem",
      "  certctl enroll http://scep.example.com:8080/scep/default \\",
      "      --renew --cert dev1.pem --out dev1-2027.pem"
    })
public final class EnrollCommand implements Callable<Integer> {

  private final CommandContext context;
  private final Terminal terminal;
  private final Pause pause;
  private final InputStream in;

  @Parameters(paramLabel = "URL", description = "The address of the SCEP endpoint.")
  private String url = "";

  @Mixin private final RequestedNames names = new RequestedNames();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where the certificate is written, as PEM.")
  private Path out = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "The private key, as PEM; made when there is no such file.",
        "Default: beside the certificate, ending in .key."
      })
  private @Nullable Path key;

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      defaultValue = "rsa2048",
      description =
          "The key to make: rsa2048, rsa3072 or rsa4096; or p256 or p384, which cannot encrypt: the"
              + " challenge is then also the password of both messages, and few servers can do"
              + " that. Default: ${DEFAULT-VALUE}.")
  private String keyType = "rsa2048";

  @Option(
      names = "--chain-out",
      paramLabel = "FILE",
      description = "Where the certificates of the CA are written, as PEM, the issuing CA first.")
  private @Nullable Path chainOut;

  @Option(names = "--force", description = "Overwrite certificates that exist; never a key.")
  private boolean force;

  @Mixin private final RenewalOptions renewing = new RenewalOptions();

  @Mixin private final ChallengeOptions challenge = new ChallengeOptions();

  @Option(
      names = "--ca-fingerprint",
      paramLabel = "SHA256",
      description = "Send nothing unless the CA or its root has this fingerprint.")
  private @Nullable String fingerprint;

  @Option(
      names = "--ca-id",
      paramLabel = "TEXT",
      description = "The CA identifier that some servers with several CAs want.")
  private @Nullable String caIdentifier;

  @Option(
      names = "--cipher",
      paramLabel = "NAME",
      defaultValue = "aes128",
      description = "aes128, aes256 or des3. Default: ${DEFAULT-VALUE}.")
  private String cipher = "aes128";

  @Option(
      names = "--digest",
      paramLabel = "NAME",
      defaultValue = "sha256",
      description = "sha256, sha512 or sha1. Default: ${DEFAULT-VALUE}.")
  private String digest = "sha256";

  @Option(names = "--get", description = "Send the request by GET, as old devices do.")
  private boolean get;

  @Option(
      names = {"--max-wait", "--poll-timeout"},
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait for a decision. Default: ${DEFAULT-VALUE}.")
  private int maxWaitSeconds = 300;

  @Option(
      names = "--poll-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = {
        "How long to wait before asking for the decision; doubled each time, up to a minute.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int pollIntervalSeconds = 5;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  /// Enrolls with this context.
  ///
  /// @param in standard input, for a challenge
  public EnrollCommand(CommandContext context, Terminal terminal, Pause pause, InputStream in) {
    this.context = context;
    this.terminal = terminal;
    this.pause = pause;
    this.in = in;
  }

  @Override
  public Integer call()
      throws CommandFailedException, KeyMaterialException, IOException, InterruptedException {
    URI endpoint = EndpointUrl.parse(url);
    OutputFiles.requireFree(out, force);
    if (chainOut != null) {
      OutputFiles.requireFree(chainOut, force);
    }
    KeyType type = keyType();
    Optional<Renewal> renewal = renewing.read(context.providers());
    EnrollmentPlan.Unkeyed unkeyed = plan(renewal);
    try (OutboundClient client = OutboundClient.open(connection.settings(context.err()))) {
      Path keyFile = keyFile();
      RequesterKey requesterKey = key(keyFile, type, renewal, unkeyed.challenge().isPresent());
      EnrollmentPlan first = unkeyed.withKey(requesterKey.keyPair());
      EnrollmentPlan plan = renewal.map(first::renewing).orElse(first);
      Enrollment enrollment =
          new Enrollment(
              new HttpScepTransport(client, endpoint),
              new ScepCrypto(context.providers().inOrder()),
              context.random(),
              context.clock(),
              pause,
              context.out(),
              context.err());
      finish(enrollment.run(plan), keyFile);
      return ExitCode.OK;
    } catch (ScepHttpException e) {
      throw new CommandFailedException(
          "the answer of "
              + endpoint.getAuthority()
              + " cannot be used: "
              + e.getMessage()
              + "\nhint: is the URL that of a SCEP endpoint? certctl probe "
              + endpoint
              + " may find out",
          e);
    } catch (OutboundException e) {
      throw new CommandFailedException(
          "no answer from " + endpoint.getAuthority() + ": " + e.getMessage() + hint(e), e);
    }
  }

  private static String hint(OutboundException e) {
    return e.fault() == OutboundException.Fault.UNTRUSTED
        ? "\nhint: name whom to trust with --cacert, or say --insecure"
        : "";
  }

  private KeyType keyType() throws CommandFailedException {
    return KeyType.ofText(keyType.toLowerCase(Locale.ROOT))
        .filter(type -> type != KeyType.ED25519)
        .orElseThrow(
            () ->
                CommandFailedException.usage(
                    "--key-type must be rsa2048, rsa3072, rsa4096, p256 or p384"));
  }

  private EnrollmentPlan.Unkeyed plan(Optional<Renewal> renewal)
      throws CommandFailedException, IOException {
    Optional<Sha256> expected =
        fingerprint == null ? Optional.empty() : Optional.of(CaTrust.fingerprint(fingerprint));
    ContentCipher chosenCipher = cipher();
    DigestAlgorithm chosenDigest = digest();
    X500Name subject =
        names
            .subject()
            .or(() -> renewal.map(Renewal::subject))
            .orElseThrow(
                () -> CommandFailedException.usage("--subject is needed for a first certificate"));
    List<GeneralName> subjectAltNames = subjectAltNames(renewal);
    return new EnrollmentPlan.Unkeyed(
        subject,
        subjectAltNames,
        secret(),
        expected,
        Optional.ofNullable(caIdentifier),
        chosenCipher,
        chosenDigest,
        get,
        Duration.ofSeconds(Math.max(0, maxWaitSeconds)),
        Duration.ofSeconds(Math.max(1, pollIntervalSeconds)));
  }

  private List<GeneralName> subjectAltNames(Optional<Renewal> renewal)
      throws CommandFailedException {
    List<GeneralName> given = names.subjectAltNames();
    if (!given.isEmpty() || renewal.isEmpty()) {
      return given;
    }
    try {
      return renewal.get().subjectAltNames();
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(
          "the names in the certificate to renew cannot be read; give them as options", e);
    }
  }

  private ContentCipher cipher() throws CommandFailedException {
    return switch (cipher.toLowerCase(Locale.ROOT)) {
      case "aes128" -> ContentCipher.AES_128;
      case "aes256" -> ContentCipher.AES_256;
      case "des3" -> ContentCipher.DES_EDE3;
      default -> throw CommandFailedException.usage("--cipher must be aes128, aes256 or des3");
    };
  }

  private DigestAlgorithm digest() throws CommandFailedException {
    return switch (digest.toLowerCase(Locale.ROOT)) {
      case "sha256" -> DigestAlgorithm.SHA256;
      case "sha512" -> DigestAlgorithm.SHA512;
      case "sha1" -> DigestAlgorithm.SHA1;
      default -> throw CommandFailedException.usage("--digest must be sha256, sha512 or sha1");
    };
  }

  private Optional<Secret> secret() throws CommandFailedException, IOException {
    if (challenge.given() || renewing.given()) {
      return challenge.read(context.err(), in);
    }
    Optional<Secret> typed = terminal.askSecret("Challenge (empty for none): ");
    if (typed.isEmpty() && !terminal.isInteractive()) {
      context.err().println("note: no challenge is sent; name one with --challenge-file");
    }
    return typed;
  }

  private Path keyFile() throws CommandFailedException {
    if (renewing.given() && renewing.keepsKey()) {
      if (key != null) {
        throw CommandFailedException.usage("--keep-key keeps the old key; leave --key out");
      }
      return renewing.keyFile();
    }
    return key == null ? OutputFiles.withEnding(out, ".key") : key;
  }

  private RequesterKey key(Path file, KeyType type, Optional<Renewal> renewal, boolean hasChallenge)
      throws KeyMaterialException, IOException, CommandFailedException {
    boolean exists = Files.exists(file);
    RequesterKey usable =
        exists
            ? RequesterKey.read(file, context.providers())
            : RequesterKey.generate(type, context.providers(), context.random());
    if (renewal.isPresent()
        && !renewing.keepsKey()
        && Renewal.isKeyOf(usable, renewal.get().certificate())) {
      throw CommandFailedException.usage(
          file + " is the old key; name a file for a new one with --key, or say --keep-key");
    }
    RequesterKey opener = renewal.map(Renewal::key).orElse(usable);
    if (!opener.canEncrypt() && !hasChallenge) {
      throw CommandFailedException.usage(
          "an EC key cannot encrypt: a challenge is needed as the password of both messages");
    }
    if (!exists) {
      usable.write(file);
      context.out().println("Key          made " + file + " (" + type + ")");
      context.out().flush();
    }
    return usable;
  }

  private void finish(Enrollment.Outcome outcome, Path keyFile) throws IOException {
    PrintWriter text = context.out();
    IssuedCertificate certificate = IssuedCertificate.ofDer(outcome.certificate().getEncoded());
    text.println("Issued       " + certificate.subjectText());
    for (String name : certificate.subjectAltNames()) {
      text.println("  name       " + Names.printable(name));
    }
    text.println("  serial     " + certificate.serialNumber());
    text.println("  valid      " + certificate.notBefore() + " to " + certificate.notAfter());
    text.println("  SHA-256    " + Fingerprint.SHA_256.of(certificate.holder()));
    CertificateChain pem = new CertificateChain(List.of(certificate.holder()));
    try {
      pem.write(out);
    } catch (IOException e) {
      text.println(pem.pem());
      text.flush();
      throw e;
    }
    text.println("Certificate  " + out);
    text.println("Key          " + keyFile);
    if (chainOut != null && !outcome.chain().isEmpty()) {
      new CertificateChain(outcome.chain()).write(chainOut);
      text.println("Chain        " + chainOut);
    }
  }
}
