package org.certctl.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.certctl.scep.ScepFormatException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Enrolls devices at servers that differ in their store, in turns, and prints what each cost.
@Command(name = "stores", mixinStandardHelpOptions = true)
public final class StoreBench implements Callable<Integer> {

  /// Servers over one store.
  ///
  /// @param pids all whose processor time counts, with their children
  private record Installation(String name, List<Integer> ports, List<Long> pids) {

    static Installation parse(String text) {
      var name = text.split("=", 2);
      var parts = name[1].split(":", 2);
      return new Installation(
          name[0], numbers(parts[0]).map(Math::toIntExact).toList(), numbers(parts[1]).toList());
    }

    private static Stream<Long> numbers(String text) {
      return Arrays.stream(text.split("\\+", -1)).map(Long::valueOf);
    }

    List<InetSocketAddress> addresses() {
      return ports.stream()
          .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
          .toList();
    }
  }

  @Option(
      names = "--store",
      required = true,
      description = "NAME=PORT[+PORT...]:PID[+PID...], once for each.")
  private List<String> stores = List.of();

  @Option(names = "--password", required = true, description = "The static challenge.")
  private String password = "";

  @Option(names = "--rounds", defaultValue = "1", description = "How often each series is run.")
  private int rounds;

  @Option(
      names = "--connections",
      split = ",",
      defaultValue = "16,64",
      description = "A series for each of these numbers of connections.")
  private List<Integer> connections = List.of();

  @Option(names = "--count", defaultValue = "4000", description = "Enrollments in a series.")
  private int count;

  @Option(
      names = "--warm-up",
      defaultValue = "8000",
      description = "Enrollments at each before the first series.")
  private int warmUp;

  /// Ends the process with 0 when every reply was a SUCCESS.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new StoreBench()).execute(arguments));
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, GeneralSecurityException, ScepFormatException {
    var installations = stores.stream().map(Installation::parse).toList();
    var crypto = LoadGenerator.crypto();
    var url =
        URI.create(
            "http://127.0.0.1:%d/scep/default"
                .formatted(installations.getFirst().ports().getFirst()));
    var recipient = ServerCertificates.recipient(url, crypto);
    var series = installations.size() * connections.size() * rounds;
    var keys =
        DeviceKeys.atLeast(
            warmUp * installations.size() + count * series, crypto.providers().getFirst());
    var run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    var messages =
        new PreparedMessages(
            crypto,
            keys,
            recipient,
            (_, _) -> password,
            url.getAuthority(),
            url.getPath(),
            Instant.now());
    System.out.println("preparing messages");
    var forWarmUp = new ArrayList<List<byte[]>>();
    for (var i = 0; i < installations.size(); i++) {
      forWarmUp.add(messages.make(run + "-w-" + i, warmUp));
    }
    var prepared = new ArrayList<List<byte[]>>();
    for (var i = 0; i < series; i++) {
      prepared.add(messages.make(run + "-" + i, count));
    }
    System.gc();
    var failures = 0;
    for (var i = 0; i < installations.size(); i++) {
      failures += load(installations.get(i)).run(forWarmUp.get(i), 16).failures();
    }
    var cores = Runtime.getRuntime().availableProcessors();
    var speed = OpensslSpeed.measured();
    var bound = speed.bound(cores);
    System.out.printf(Locale.ROOT, "bound of %d cores: %.0f enrollments/s%n", cores, bound);
    var report = new LoadReport(System.out, "store", bound);
    report.head();
    var next = prepared.iterator();
    for (var connectionCount : connections) {
      for (var round = 0; round < rounds; round++) {
        for (var installation : installations) {
          failures += measured(installation, next.next(), connectionCount, report);
        }
      }
    }
    return failures == 0 ? 0 : 1;
  }

  private static LoadSeries load(Installation installation) {
    return new LoadSeries(installation.addresses(), LoadGenerator::problem);
  }

  private static int measured(
      Installation installation, List<byte[]> requests, int connections, LoadReport report)
      throws IOException {
    var self = ProcessHandle.current().pid();
    var serverBefore = ProcessUsage.ofTrees(installation.pids());
    var selfBefore = ProcessUsage.of(self);
    var outcome = load(installation).run(requests, connections);
    var servers = ProcessUsage.ofTrees(installation.pids()).since(serverBefore);
    report.row(installation.name(), outcome, servers, ProcessUsage.of(self).since(selfBefore));
    return outcome.failures();
  }
}
