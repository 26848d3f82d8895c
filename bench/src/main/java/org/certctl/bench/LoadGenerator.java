package org.certctl.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.certctl.scep.PkiStatus;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.cms.ScepCrypto;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Enrolls many devices at a running server and prints what it cost.
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Enrolls many devices at a running SCEP server and prints what it cost.")
public final class LoadGenerator implements Callable<Integer> {

  @Option(names = "--url", required = true, description = "Where SCEP is served, by plain HTTP.")
  private URI url = URI.create("http://127.0.0.1/");

  /// What devices prove with that they may have a certificate.
  enum Kind {
    STATIC,
    CONNECTOR;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--challenge",
      split = ",",
      defaultValue = "static",
      description = "static, connector, or both in turns: ${DEFAULT-VALUE}")
  private List<Kind> kinds = List.of();

  @Option(names = "--password", required = true, description = "The static challenge.")
  private String password = "";

  @Option(
      names = "--connector-key",
      description = "PEM, PKCS#8: the RSA key of a connector that the server trusts.")
  private @Nullable Path connectorKey;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "How often each series is run; the challenges take turns.")
  private int rounds;

  @Option(
      names = "--connections",
      split = ",",
      defaultValue = "1,16,64,256",
      description = "A series for each of these numbers of connections.")
  private List<Integer> connections = List.of();

  @Option(names = "--count", defaultValue = "4000", description = "Enrollments in a series.")
  private int count;

  @Option(
      names = "--warm-up",
      defaultValue = "4000",
      description = "Enrollments before the first series.")
  private int warmUp;

  @Option(names = "--server-pid", required = true, description = "The process of the server.")
  private long serverPid;

  /// Ends the process with 0 when every reply was a SUCCESS.
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new LoadGenerator())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, GeneralSecurityException, ScepFormatException {
    var cores = Runtime.getRuntime().availableProcessors();
    var crypto = crypto();
    var recipient = ServerCertificates.recipient(url, crypto);
    var keys =
        DeviceKeys.atLeast(
            (warmUp + count * connections.size() * rounds) * kinds.size(),
            crypto.providers().getFirst());
    var run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    var series =
        new LoadSeries(
            List.of(new InetSocketAddress(url.getHost(), url.getPort())), LoadGenerator::problem);

    System.out.println("preparing messages");
    var forWarmUp = new ArrayList<List<byte[]>>();
    var planned = new ArrayList<Planned>();
    var messages = new EnumMap<Kind, PreparedMessages>(Kind.class);
    for (var kind : kinds) {
      messages.put(
          kind,
          new PreparedMessages(
              crypto,
              keys,
              recipient,
              challenges(kind, crypto),
              url.getAuthority(),
              url.getPath(),
              Instant.now()));
    }
    messages.forEach(
        (kind, prepared) ->
            forWarmUp.add(prepared.make(run + "-w-" + kind.text(), warmUp / kinds.size())));
    for (var connectionCount : connections) {
      for (var round = 0; round < rounds; round++) {
        for (var kind : inTurns(round)) {
          var name = run + "-" + planned.size();
          var prepared = Objects.requireNonNull(messages.get(kind)).make(name, count);
          planned.add(new Planned(kind, connectionCount, prepared));
        }
      }
    }
    System.gc();

    var failures = 0;
    for (var requests : forWarmUp) {
      failures += series.run(requests, 16).failures();
    }
    var speed = OpensslSpeed.measured();
    var bound = speed.bound(cores);
    System.out.printf(
        Locale.ROOT,
        "openssl speed rsa2048, one core: %.0f private/s, %.0f public/s; bound of %d cores: %.0f"
            + " enrollments/s%n",
        speed.privatePerSecond(),
        speed.publicPerSecond(),
        cores,
        bound);
    var report = new LoadReport(System.out, "challenge", bound);
    report.head();
    var comparison = new Comparison();
    for (var each : planned) {
      failures += measured(series, each, report, comparison);
    }
    comparison.print(System.out, Kind.STATIC.text());
    return failures == 0 ? 0 : 1;
  }

  private record Planned(Kind kind, int connections, List<byte[]> requests) {}

  /// Every other round begins with the other kind, so that none is always first.
  private List<Kind> inTurns(int round) {
    return round % 2 == 0 ? kinds : kinds.reversed();
  }

  private PreparedMessages.Challenges challenges(Kind kind, ScepCrypto crypto)
      throws IOException, GeneralSecurityException {
    if (kind == Kind.STATIC) {
      return (_, _) -> password;
    }
    if (connectorKey == null) {
      throw new IllegalArgumentException("--challenge connector needs --connector-key");
    }
    return new ConnectorTokens(connectorKey, crypto.providers().getFirst(), Instant.now())::of;
  }

  private int measured(LoadSeries series, Planned planned, LoadReport report, Comparison comparison)
      throws IOException {
    var self = ProcessHandle.current().pid();
    var serverBefore = ProcessUsage.of(serverPid);
    var selfBefore = ProcessUsage.of(self);
    var outcome = series.run(planned.requests(), planned.connections());
    var server = ProcessUsage.of(serverPid).since(serverBefore);
    report.row(planned.kind().text(), outcome, server, ProcessUsage.of(self).since(selfBefore));
    comparison.add(planned.kind().text(), outcome, server);
    return outcome.failures();
  }

  /// What is wrong with a reply; empty when it is a SUCCESS.
  static Optional<String> problem(byte[] reply) {
    var status = CertRepReader.peekStatus(reply);
    return status.equals(Optional.of(PkiStatus.SUCCESS))
        ? Optional.empty()
        : Optional.of(status.map(found -> "pkiStatus " + found).orElse("no pkiStatus"));
  }

  /// The providers, the fastest first.
  static ScepCrypto crypto() {
    var providers = new ArrayList<Provider>();
    providers.add(AmazonCorrettoCryptoProvider.INSTANCE);
    providers.addAll(List.of(Security.getProviders()));
    return new ScepCrypto(providers);
  }
}
