package org.certctl.cli.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.ExitCode;
import org.certctl.cli.client.CaTrust;
import org.certctl.cli.client.ChallengeOptions;
import org.certctl.cli.client.ConnectionOptions;
import org.certctl.cli.client.EndpointUrl;
import org.certctl.cli.client.Terminal;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.RequesterKey;
import org.certctl.outbound.OutboundSettings;
import org.certctl.pki.Sha256;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `certctl probe`: what a device would stumble over.
@Command(
    name = "probe",
    sortOptions = false,
    description = {
      "Act as a SCEP client against any SCEP server and say what devices would stumble over:"
          + " capabilities, certificates, encodings, HTTP habits. Enrolls nothing unless given a"
          + " challenge; the server's log will show polls for transactions it does not know.",
      ""
    },
    footer = {
      "",
      "Exit code 1 when there are problems.",
      "",
      "Examples:",
      "  certctl probe http://scep.example.com:8080/scep/default",
      "  certctl probe https://ndes.example.com/certsrv/mscep/mscep.dll --wrong-challenge",
      "  certctl probe https://scep.example.com/scep --challenge-file c.txt --json"
    })
public final class ProbeCommand implements Callable<Integer> {

  private final CommandContext context;
  private final Terminal terminal;
  private final InputStream in;

  @Parameters(paramLabel = "URL", description = "The address of the SCEP endpoint.")
  private String url = "";

  @Option(
      names = "--ca-fingerprint",
      paramLabel = "SHA256",
      description = "Report a problem unless the CA or its root has this fingerprint.")
  private @Nullable String fingerprint;

  @Option(
      names = "--wrong-challenge",
      description = {
        "See what a wrong challenge is answered with.",
        "Leaves a refusal in the server's audit trail, and may count against this address."
      })
  private boolean wrongChallenge;

  @Mixin private final ChallengeOptions challenge = new ChallengeOptions();

  @Option(names = "--json", description = "Write JSON instead of text.")
  private boolean json;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  /// Probes with this context.
  ///
  /// @param in standard input, for a challenge
  public ProbeCommand(CommandContext context, Terminal terminal, InputStream in) {
    this.context = context;
    this.terminal = terminal;
    this.in = in;
  }

  @Override
  public Integer call() throws CommandFailedException, KeyMaterialException, IOException {
    URI endpoint = EndpointUrl.parse(url);
    Optional<Sha256> expected =
        fingerprint == null ? Optional.empty() : Optional.of(CaTrust.fingerprint(fingerprint));
    Optional<Secret> secret = challenge.read(context.err(), in);
    OutboundSettings settings = connection.settings(context.err());
    Instant now = context.clock().instant();
    Findings findings;
    try (NetworkServer server = new NetworkServer(endpoint, settings)) {
      RequesterKey key =
          RequesterKey.generate(KeyType.RSA_2048, context.providers(), context.random());
      findings =
          new Probe(
                  server,
                  new ScepCrypto(context.providers().inOrder()),
                  context.random(),
                  key.keyPair(),
                  now)
              .run(new Probe.Scope(expected, wrongChallenge, secret));
    }
    if (json) {
      context.out().println(ReportJson.of(endpoint, now, findings));
    } else {
      new ReportText(context.out(), terminal.showsColor()).write(endpoint, findings);
    }
    return findings.count(Severity.PROBLEM) == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }
}
