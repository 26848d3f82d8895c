package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.store.CommitHook;
import org.certctl.store.Statements;
import org.certctl.store.StoreObserver;
import org.certctl.store.Transactions.Work;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitWriterTest {

  private static final int CAPACITY = 4096;

  @TempDir Path folder;
  private final List<Integer> groups = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private SqliteConnections connections;
  private GroupCommitWriter writer;

  private final StoreObserver observer =
      new StoreObserver() {
        @Override
        public void committed(int units, int waiting, Duration work, Duration commit) {
          synchronized (groups) {
            groups.add(units);
          }
        }

        @Override
        public void failed(int units, Throwable cause) {
          synchronized (groups) {
            failures.add(cause);
          }
        }
      };

  @BeforeEach
  void start() throws Exception {
    connections = new SqliteConnections(folder.resolve("writer.db"));
    writer = new GroupCommitWriter(connections::openWriter, observer, CommitHook.none());
    writer.start();
    writer.write(
        statements ->
            statements.prepared("CREATE TABLE word (text TEXT PRIMARY KEY)").executeUpdate());
  }

  @AfterEach
  void stop() {
    writer.close();
    callers.close();
  }

  private static Work<Integer> insert(String word) {
    return statements -> {
      var insert = statements.prepared("INSERT INTO word VALUES (?)");
      insert.setString(1, word);
      return insert.executeUpdate();
    };
  }

  private List<String> words() throws SQLException {
    try (Statements statements = connections.openReader();
        var rows = statements.prepared("SELECT text FROM word ORDER BY text").executeQuery()) {
      List<String> words = new ArrayList<>();
      while (rows.next()) {
        words.add(rows.getString(1));
      }
      return words;
    }
  }

  /// Holds the writer until the gate opens; returns when it is held.
  private CountDownLatch holdWriter() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Future<Boolean> holder =
        callers.submit(
            () ->
                writer.write(
                    statements -> {
                      held.countDown();
                      awaitUninterruptibly(gate);
                      return true;
                    }));
    held.await();
    assertThat(holder.isDone()).isFalse();
    return gate;
  }

  private static void awaitUninterruptibly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> Future<T> submit(Work<T> work) {
    int before = writer.waiting();
    Future<T> future = callers.submit(() -> writer.write(work));
    while (writer.waiting() == before) {
      Thread.onSpinWait();
    }
    return future;
  }

  @Test
  void commitsWhatWaitsTogetherAndUndoesOnlyWhatFails() throws Exception {
    CountDownLatch gate = holdWriter();
    Future<Integer> first = submit(insert("first"));
    Future<Integer> duplicate = submit(insert("first"));
    Future<Integer> broken =
        submit(
            statements -> {
              insert("broken").run(statements);
              throw new IllegalArgumentException("on purpose");
            });
    Future<Integer> wrong =
        submit(statements -> statements.prepared("NO SQL AT ALL").executeUpdate());
    Future<Integer> exhausted =
        submit(
            statements -> {
              insert("exhausted").run(statements);
              throw new StackOverflowError();
            });
    Future<Integer> last = submit(insert("last"));
    groups.clear();
    gate.countDown();

    assertThat(first.get()).isEqualTo(1);
    assertThat(last.get()).isEqualTo(1);
    assertThatThrownBy(duplicate::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(broken::get)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("on purpose");
    assertThatThrownBy(wrong::get).hasCauseInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(exhausted::get).hasCauseInstanceOf(StackOverflowError.class);
    assertThat(words()).containsExactly("first", "last");
    writer.close();
    assertThat(groups).containsExactly(1, 6);
    assertThat(failures).isEmpty();
  }

  @Test
  void tellsAllOfAGroupWhoseTransactionIsLost() throws Exception {
    CountDownLatch gate = holdWriter();
    Future<Integer> before = submit(insert("before"));
    Future<Integer> killer =
        submit(
            statements -> {
              statements.prepared("ROLLBACK").executeUpdate();
              throw new IllegalStateException("the transaction is gone");
            });
    Future<Integer> after = submit(insert("after"));
    gate.countDown();

    assertThatThrownBy(before::get).hasCauseInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(killer::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(after::get).hasCauseInstanceOf(StoreUnavailableException.class);
    assertThat(words()).isEmpty();
    assertThat(writer.write(insert("again"))).isEqualTo(1);
    assertThat(words()).containsExactly("again");
  }

  @Test
  void tellsNobodyBeforeTheCommitHasReturned() throws Exception {
    CountDownLatch committing = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    CommitHook hook =
        new CommitHook() {
          @Override
          public void beforeCommit(int units) {}

          @Override
          public void afterCommit(int units) {
            committing.countDown();
            awaitUninterruptibly(gate);
          }
        };
    try (GroupCommitWriter slow = new GroupCommitWriter(connections::openWriter, observer, hook)) {
      slow.start();
      Future<Integer> caller = callers.submit(() -> slow.write(insert("word")));
      committing.await();
      assertThat(caller.isDone()).isFalse();
      gate.countDown();
      assertThat(caller.get()).isEqualTo(1);
    }
  }

  @Test
  void refusesWorkWhenTooMuchWaits() throws Exception {
    CountDownLatch gate = holdWriter();
    List<Future<Integer>> waiting = new ArrayList<>();
    for (int i = 0; i < CAPACITY; i++) {
      waiting.add(callers.submit(() -> writer.write(statements -> 1)));
    }
    while (writer.waiting() < CAPACITY) {
      Thread.onSpinWait();
    }

    assertThatThrownBy(() -> writer.write(insert("late")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("overloaded");

    gate.countDown();
    for (Future<Integer> future : waiting) {
      assertThat(future.get()).isEqualTo(1);
    }
  }

  @Test
  void writesWhatWaitsBeforeItCloses() throws Exception {
    CountDownLatch gate = holdWriter();
    Future<Integer> waiting = submit(insert("waiting"));
    CompletableFuture<Void> closed = CompletableFuture.runAsync(writer::close, callers);
    gate.countDown();

    closed.get();
    assertThat(waiting.get()).isEqualTo(1);
    assertThat(words()).containsExactly("waiting");
    assertThatThrownBy(() -> writer.write(insert("late")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void waitsForTheCommitThoughTheCallerIsInterrupted() throws Exception {
    CountDownLatch gate = holdWriter();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    writer.write(insert("word"));
                    interrupted.complete(Thread.currentThread().isInterrupted());
                  } catch (StoreUnavailableException | RuntimeException e) {
                    interrupted.completeExceptionally(e);
                  }
                });
    while (writer.waiting() == 0) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    gate.countDown();

    assertThat(interrupted.get()).isTrue();
    assertThat(words()).containsExactly("word");
  }

  @Test
  void opensTheConnectionAgainAfterAFailure() throws InterruptedException, ExecutionException {
    List<String> attempts = new ArrayList<>();
    GroupCommitWriter.Connector flaky =
        () -> {
          attempts.add("open");
          if (attempts.size() == 1) {
            throw new SQLException("no disk");
          }
          return connections.openWriter();
        };
    try (GroupCommitWriter other = new GroupCommitWriter(flaky, observer, CommitHook.none())) {
      other.start();
      Future<Integer> first = callers.submit(() -> other.write(insert("first")));
      assertThatThrownBy(first::get)
          .hasCauseInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("no disk");
      assertThat(callers.submit(() -> other.write(insert("second"))).get()).isEqualTo(1);
    }
  }
}
