package org.certctl.cli.connector;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.certctl.challenge.connector.ComplianceCheck;
import org.certctl.challenge.connector.ConnectorClaims;
import org.certctl.challenge.connector.ConnectorGates;
import org.certctl.challenge.connector.ConnectorRules;
import org.certctl.challenge.connector.Examination;
import org.certctl.challenge.connector.GateResult;
import org.certctl.challenge.connector.TrustAnchors;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.DataDirectoryOption;
import org.certctl.cli.ExitCode;
import org.certctl.cli.NestedCommand;
import org.certctl.cli.client.ChallengeOptions;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ConnectorSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Names;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl connector inspect`: what each gate says of a challenge.
@Command(
    name = "inspect",
    sortOptions = false,
    description = {
      "Walk a challenge through the gates of a profile and show what each says, and what to do about"
          + " it. Nothing is used up: the challenge can still be used afterwards, and a challenge that"
          + " was used before looks as if it were not.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 every gate that was reached lets it pass, 1 one does not.",
      "",
      "Examples:",
      "  certctl connector inspect --profile corp --challenge-file challenge.txt --csr device.csr",
      "  pbpaste | certctl connector inspect --connector-cert connector.pem --challenge-stdin"
    })
public final class ConnectorInspectCommand implements Callable<Integer>, NestedCommand {

  private static final int GATE_WIDTH = 12;

  private final CommandContext context;
  private final InputStream in;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Take bundle and rules of this profile in the data directory.")
  private @Nullable String profile;

  @Option(
      names = "--connector-cert",
      paramLabel = "FILE",
      description = "Instead of a profile: trust these certificates, with the default rules.")
  private @Nullable Path connectorCert;

  @Option(
      names = "--audience",
      paramLabel = "TEXT",
      description = "With --connector-cert: the audience that the challenge must name.")
  private @Nullable String audience;

  @Mixin private final ChallengeOptions challenge = new ChallengeOptions();

  @Option(
      names = "--csr",
      paramLabel = "FILE",
      description = "The request that comes with it (PKCS#10, PEM or DER).")
  private @Nullable Path csr;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Judge as of this time, such as 2026-11-22T12:00:00Z. Default: now.")
  private @Nullable String at;

  /// @param in standard input
  public ConnectorInspectCommand(CommandContext context, InputStream in) {
    this.context = context;
    this.in = in;
  }

  @Override
  public String parent() {
    return ConnectorCommand.NAME;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    if ((profile == null) == (connectorCert == null)) {
      throw CommandFailedException.usage("name either --profile or --connector-cert");
    }
    Instant now = time();
    Optional<Secret> token = challenge.read(context.err(), in);
    if (token.isEmpty()) {
      throw CommandFailedException.usage("name the challenge, e.g. with --challenge-file");
    }
    Optional<CertificateRequest> request =
        csr == null ? Optional.empty() : Optional.of(RequestFile.read(csr));
    Examination examination = gates(now).inspect(token.get().revealText(), request, now);
    print(examination, context.out());
    return examination.failure().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private Instant time() throws CommandFailedException {
    try {
      return at == null ? context.clock().instant() : Instant.parse(at);
    } catch (DateTimeParseException e) {
      throw CommandFailedException.usage("--at is a time such as 2026-11-22T12:00:00Z");
    }
  }

  private ConnectorGates gates(Instant now)
      throws ConfigurationException, CommandFailedException, KeyMaterialException {
    Path file = connectorCert;
    String name = "inspect";
    ConnectorRules defaults = ConnectorRules.defaults();
    ConnectorRules rules =
        new ConnectorRules(
            Optional.ofNullable(audience),
            defaults.validity(),
            defaults.clockSkew(),
            defaults.perDevice(),
            defaults.binding());
    if (file == null) {
      name = String.valueOf(profile);
      ConnectorSettings settings = settings(name);
      file = settings.certPath();
      rules = settings.rules();
    }
    return new ConnectorGates(
        name, rules, TrustAnchors.read(file, context.providers(), now), ComplianceCheck.none());
  }

  private ConnectorSettings settings(String name)
      throws ConfigurationException, CommandFailedException {
    return context
        .configuration(dataDirectory)
        .scep()
        .profile(name)
        .map(ScepProfileSettings::challenges)
        .flatMap(challenges -> challenges.connector())
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "there is no profile "
                        + name
                        + " that takes connector challenges\nset INTUNE_ENABLED for it, or name a"
                        + " bundle with --connector-cert"));
  }

  private static void print(Examination examination, PrintWriter out) {
    examination.claims().ifPresent(claims -> print(claims, examination.proved(), out));
    for (Examination.Finding finding : examination.findings()) {
      String gate = finding.gate().code();
      String label = "  " + gate + " ".repeat(GATE_WIDTH - gate.length());
      switch (finding.result()) {
        case GateResult.Passed passed -> out.println(label + "ok      " + text(passed.note()));
        case GateResult.NotReached skipped -> out.println(label + "-       " + text(skipped.why()));
        case GateResult.Failed failed -> {
          out.println(
              label + "FAILED  " + failed.reason().code() + ": " + text(failed.explanation()));
          out.println(" ".repeat(GATE_WIDTH + 10) + "fix: " + Remedies.of(failed.reason()));
        }
      }
    }
  }

  private static void print(ConnectorClaims claims, boolean proved, PrintWriter out) {
    out.println(proved ? "The challenge says:" : "The challenge says, unproved:");
    out.println("  issuer      " + text(claims.issuer()));
    out.println("  subject     " + text(claims.subject()));
    out.println("  audience    " + text(String.join(", ", claims.audience())));
    out.println("  issued      " + claims.issuedAt());
    out.println("  expires     " + claims.expiresAt());
    out.println("  id          " + text(claims.tokenId().orElse("(none)")));
    out.println("  names       " + text(claims.namesText()));
    out.println("The gates say:");
  }

  private static String text(String text) {
    return Names.printable(text);
  }
}
