package org.certctl.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Devices that enroll one after the other at the nodes of a cluster, each at the next node, and
/// send the same message again, to the next node, when there was no answer or a 503. What is
/// answered counts; a FAILURE is a fault, because it is final for a device.
final class Fleet implements AutoCloseable {

  private static final int WORKERS = 5;
  private static final Duration ANSWER = Duration.ofSeconds(4);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  /// A device with the certificate that it was given.
  record Enrolled(String commonName, String transactionId, X509Certificate certificate) {}

  private final List<CertctlServer> nodes;
  private final X509Certificate ra;
  private final String name;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Queue<Enrolled> enrolled = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
  private final List<Future<?>> workers = new ArrayList<>();

  private Fleet(List<CertctlServer> nodes, X509Certificate ra, String name) {
    this.nodes = List.copyOf(nodes);
    this.ra = ra;
    this.name = name;
  }

  /// Starts to enroll devices with names of this beginning.
  static Fleet start(Cluster cluster, String name) {
    var fleet = new Fleet(cluster.nodes(), cluster.raCertificate(), name);
    for (int worker = 0; worker < WORKERS; worker++) {
      var number = worker;
      fleet.workers.add(fleet.threads.submit(() -> fleet.work(number)));
    }
    return fleet;
  }

  private void work(int worker) {
    for (int i = 0; !over.get(); i++) {
      var device =
          new Device(nodes.getFirst(), name + "-" + worker + "-" + i)
              .key(Keys.freshEc())
              .recipient(ra);
      enrolled.add(new Enrolled(device.commonName(), device.transactionId(), enroll(device)));
      pause(); // The neighbours of this test need the processor too.
    }
  }

  private X509Certificate enroll(Device device) {
    var deadline = System.nanoTime() + DEADLINE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      requests.incrementAndGet();
      try {
        var port = nodes.get(turn.getAndIncrement() % nodes.size()).httpPort();
        var response =
            client.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:%d/scep/default?operation=PKIOperation"
                                .formatted(port)))
                    .timeout(ANSWER)
                    .header("Content-Type", "application/x-pki-message")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(device.message()))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() == 200) {
          return device.certificate(Reply.of(response.body()));
        }
        if (response.statusCode() != 503) {
          throw new AssertionError("a device was answered with " + response.statusCode());
        }
        if (response.headers().firstValue("Retry-After").isEmpty()) {
          throw new AssertionError("a 503 without Retry-After");
        }
      } catch (IOException e) {
        // No answer: the device does not know what became of it, and asks again.
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
      failures.incrementAndGet();
      pause();
    }
    throw new AssertionError("no certificate within " + DEADLINE.toSeconds() + " s");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// How many have enrolled so far.
  int size() {
    return enrolled.size();
  }

  /// Waits until so many more have enrolled, which shows that devices are served.
  void awaitMore(int count) {
    var until = size() + count;
    Await.until(
        count + " more devices enroll",
        DEADLINE,
        () -> size() >= until || workers.stream().anyMatch(Future::isDone));
  }

  /// Lets every device finish that has begun; none may have failed.
  ///
  /// @return those that have a certificate
  List<Enrolled> finish() throws Exception {
    over.set(true);
    for (var worker : workers) {
      worker.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
    return List.copyOf(enrolled);
  }

  /// What became of all requests, for a report.
  String figures() {
    return "%s: %d devices, %d requests, %d without an answer or with 503"
        .formatted(name, enrolled.size(), requests.get(), failures.get());
  }

  @Override
  public void close() {
    over.set(true);
    threads.shutdownNow();
  }
}
