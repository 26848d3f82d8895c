package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.IntendResult;
import org.certctl.enroll.Intent;
import org.certctl.pki.IssuedCertificate;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Prints how many enrollments a second the store takes: find, intend and record, each of the two
/// with its audit event, with real fsyncs. Not run by default:
///
/// `mvn -pl scep,server -am test -Dtest=SqliteStoreBench -Dsurefire.failIfNoSpecifiedTests=false`
class SqliteStoreBench {

  private static final int ENROLLMENTS = 30_000;

  @TempDir Path folder;

  private record Prepared(Intent intent, IssuedCertificate certificate, String name) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 64, 256})
  void enrollmentsPerSecond(int callers) throws Exception {
    int enrollments = callers == 1 ? ENROLLMENTS / 10 : ENROLLMENTS;
    List<Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < enrollments; i++) {
      String name = "device-" + i;
      prepared.add(new Prepared(Enrollments.intent(name), Enrollments.certificate(name), name));
    }
    Measure measure = new Measure();
    try (SqliteStore store =
        SqliteStore.open(
            folder.resolve("bench.db"), Clock.fixed(Enrollments.NOW, ZoneOffset.UTC), measure)) {
      long started = System.nanoTime();
      run(store.enrollments(), prepared, callers);
      double seconds = (System.nanoTime() - started) / 1e9;
      System.out.printf(
          "%d callers: %.0f enrollments/s; %s%n", callers, enrollments / seconds, measure);
      assertThat(store.enrollments().openIntents()).isEmpty();
    }
  }

  private static void run(EnrollmentStore store, List<Prepared> prepared, int callers)
      throws InterruptedException, ExecutionException {
    AtomicInteger next = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        futures.add(
            threads.submit(
                () -> {
                  for (int i = next.getAndIncrement();
                      i < prepared.size();
                      i = next.getAndIncrement()) {
                    enroll(store, prepared.get(i));
                  }
                  return true;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
  }

  private static void enroll(EnrollmentStore store, Prepared prepared) throws Exception {
    assertThat(store.find(prepared.intent().key())).isEmpty();
    assertThat(store.intend(prepared.intent(), false, Enrollments.intended(prepared.name())))
        .isEqualTo(new IntendResult.Intended());
    store.record(
        prepared.intent().id(), prepared.certificate(), Enrollments.issued(prepared.name()));
  }

  private static final class Measure implements StoreObserver {
    private final LongAdder groups = new LongAdder();
    private final LongAdder units = new LongAdder();
    private final LongAdder workNanos = new LongAdder();
    private final LongAdder commitNanos = new LongAdder();

    @Override
    public void committed(int size, int waiting, Duration work, Duration commit) {
      groups.increment();
      units.add(size);
      workNanos.add(work.toNanos());
      commitNanos.add(commit.toNanos());
    }

    @Override
    public void failed(int size, Throwable cause) {
      throw new AssertionError(cause);
    }

    @Override
    public String toString() {
      double count = groups.sum();
      return "%.1f units a group, %.0f us work and %.0f us commit a group, %.1f us work a unit"
          .formatted(
              units.sum() / count,
              workNanos.sum() / 1e3 / count,
              commitNanos.sum() / 1e3 / count,
              workNanos.sum() / 1e3 / units.sum());
    }
  }
}
