package org.certctl.store.postgres;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.certctl.enroll.Enrollments;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Two stores over one database that know nothing of each other, as two nodes are.
final class TwoNodes implements BeforeEachCallback, AfterEachCallback {

  /// As many as both pools have connections, so that all of them are in a transaction at once.
  static final int RACERS = 16;

  private final List<PostgresStore> nodes = new ArrayList<>();
  private Optional<PostgresConfig> database = Optional.empty();

  /// What one racer does.
  @FunctionalInterface
  interface Racer<T> {
    T run(PostgresStore node, int number) throws Exception;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    database = Optional.of(config);
    Clock clock = Clock.fixed(Enrollments.NOW, ZoneOffset.UTC);
    nodes.add(PostgresServer.open(config, clock));
    nodes.add(PostgresServer.open(config, clock));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    nodes.forEach(PostgresStore::close);
    nodes.clear();
  }

  PostgresConfig config() {
    return database.orElseThrow();
  }

  PostgresStore one() {
    return nodes.getFirst();
  }

  PostgresStore other() {
    return nodes.getLast();
  }

  /// Lets all racers go at once, half of them on each node; none may fail.
  <T> List<T> race(Racer<T> racer) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    List<Callable<T>> racers = new ArrayList<>();
    for (int i = 0; i < RACERS; i++) {
      int number = i;
      PostgresStore node = nodes.get(i % 2);
      racers.add(
          () -> {
            start.await();
            return racer.run(node, number);
          });
    }
    List<T> results = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<T> result : threads.invokeAll(racers)) {
        results.add(result.get());
      }
    }
    return results;
  }

  /// Until so many wait for a lock, or it is clear that one does not.
  static void awaitWaiting(Statement statement, int waiting, Future<?> work) throws SQLException {
    while (!work.isDone()
        && number(
                statement,
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
            < waiting) {
      Thread.onSpinWait();
    }
  }

  /// The number that a query finds.
  static long number(Statement statement, String query) throws SQLException {
    try (var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /// How many results are so.
  static <T> long count(List<T> results, Predicate<T> so) {
    return results.stream().filter(so).count();
  }
}
