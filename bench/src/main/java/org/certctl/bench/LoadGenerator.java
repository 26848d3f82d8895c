package org.certctl.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.certctl.scep.PkiStatus;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.cms.ScepCrypto;
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

  @Option(names = "--challenge", required = true, description = "The challenge password.")
  private String challenge = "";

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
    System.exit(new CommandLine(new LoadGenerator()).execute(arguments));
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, GeneralSecurityException, ScepFormatException {
    var cores = Runtime.getRuntime().availableProcessors();
    var crypto = crypto();
    var recipient = ServerCertificates.recipient(url, crypto);
    var keys =
        DeviceKeys.atLeast(warmUp + count * connections.size(), crypto.providers().getFirst());
    var messages =
        new PreparedMessages(
            crypto, keys, recipient, challenge, url.getAuthority(), url.getPath(), Instant.now());
    var run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    var series = new LoadSeries(new InetSocketAddress(url.getHost(), url.getPort()), this::problem);

    System.out.println("preparing messages");
    var forWarmUp = messages.make(run + "-w", warmUp);
    var forSeries = new ArrayList<List<byte[]>>();
    for (var i = 0; i < connections.size(); i++) {
      forSeries.add(messages.make(run + "-" + i, count));
    }
    System.gc();

    var failures = series.run(forWarmUp, 16).failures();
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
    var report = new LoadReport(System.out, bound);
    report.head();
    for (var i = 0; i < connections.size(); i++) {
      failures += measured(series, forSeries.get(i), connections.get(i), report);
    }
    return failures == 0 ? 0 : 1;
  }

  private int measured(
      LoadSeries series, List<byte[]> requests, int connectionCount, LoadReport report)
      throws IOException {
    var self = ProcessHandle.current().pid();
    var serverBefore = ProcessUsage.of(serverPid);
    var selfBefore = ProcessUsage.of(self);
    var outcome = series.run(requests, connectionCount);
    report.row(
        outcome,
        ProcessUsage.of(serverPid).since(serverBefore),
        ProcessUsage.of(self).since(selfBefore));
    return outcome.failures();
  }

  private Optional<String> problem(byte[] reply) {
    var status = CertRepReader.peekStatus(reply);
    return status.equals(Optional.of(PkiStatus.SUCCESS))
        ? Optional.empty()
        : Optional.of(status.map(found -> "pkiStatus " + found).orElse("no pkiStatus"));
  }

  private static ScepCrypto crypto() {
    var providers = new ArrayList<Provider>();
    providers.add(AmazonCorrettoCryptoProvider.INSTANCE);
    providers.addAll(List.of(Security.getProviders()));
    return new ScepCrypto(providers);
  }
}
