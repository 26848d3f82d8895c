package org.certctl.store.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.store.CommitHook;
import org.certctl.store.Statements;
import org.certctl.store.StoreObserver;
import org.certctl.store.Transactions.Work;
import org.jspecify.annotations.Nullable;

/// The one thread that writes: it takes whatever waits, runs it in one transaction, and commits
/// once for all.
///
/// A unit of work that fails is undone alone: the group is undone and run once more, each unit
/// behind a savepoint. (Savepoints for all would cost a tenth of the writer's time.) No caller
/// hears of success before the commit has returned from its fsync; if the commit fails, all of the
/// group hear that nothing was kept. Under load a group waits a moment for more ({@link
/// Gathering}).
final class GroupCommitWriter implements AutoCloseable {

  /// Opens the connection that the thread owns; called again after a failure.
  @FunctionalInterface
  interface Connector {
    Statements open() throws SQLException;
  }

  private static final int MAX_WAITING = 4096;
  private static final int MAX_GROUP = 256;

  /// Takes the write lock at once: a transaction that began by reading could not wait for another
  /// process that writes, it would have to fail.
  private static final String BEGIN = "BEGIN IMMEDIATE";

  private static final String COMMIT = "COMMIT";
  private static final String ROLLBACK = "ROLLBACK";
  private static final String SAVEPOINT = "SAVEPOINT unit";
  private static final String ROLLBACK_UNIT = "ROLLBACK TO unit";
  private static final String RELEASE = "RELEASE unit";

  private final Connector connector;
  private final StoreObserver observer;
  private final CommitHook hook;
  private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(MAX_WAITING);
  private final ReentrantLock entrance = new ReentrantLock();
  private final Pending<Boolean> end = new Pending<>(statements -> true);
  private final Thread thread;
  private final Gathering gathering = new Gathering();
  private boolean closed;
  private @Nullable Statements statements;

  /// Starts the thread.
  GroupCommitWriter(Connector connector, StoreObserver observer, CommitHook hook) {
    this.connector = connector;
    this.observer = observer;
    this.hook = hook;
    this.thread = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::writeAll);
  }

  void start() {
    thread.start();
  }

  /// Waits until the work is on disk, and gives what came of it. Interrupts do not end the wait:
  /// whoever asked must know whether it was kept.
  <T> T write(Work<T> work) throws StoreUnavailableException {
    Pending<T> pending = new Pending<>(work);
    entrance.lock();
    try {
      if (closed) {
        throw new StoreUnavailableException("the store is closed");
      }
      if (!queue.offer(pending)) {
        throw new StoreUnavailableException(
            "the store is overloaded: " + MAX_WAITING + " units of work are waiting");
      }
    } finally {
      entrance.unlock();
    }
    return pending.await();
  }

  /// How many units of work wait.
  int waiting() {
    return queue.size();
  }

  /// Writes what waits, then ends the thread. Later work is refused.
  @Override
  public void close() {
    entrance.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      entrance.unlock();
    }
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(end);
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        if (queue.contains(end) || !thread.isAlive()) {
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    List<Pending<?>> group = new ArrayList<>(MAX_GROUP);
    boolean ended = false;
    while (!ended) {
      try {
        group.add(queue.take());
      } catch (InterruptedException e) {
        continue; // Nobody but close() ends this thread.
      }
      queue.drainTo(group, MAX_GROUP - 1);
      gathering.gather(group, queue);
      ended = group.remove(end);
      if (!group.isEmpty()) {
        writeGroup(group);
        group.clear();
      }
    }
    disconnect();
  }

  private void writeGroup(List<Pending<?>> group) {
    long started = System.nanoTime();
    long committing;
    try {
      Statements connected = connect();
      connected.prepared(BEGIN).executeUpdate();
      if (!group.stream().allMatch(pending -> pending.run(connected))) {
        connected.prepared(ROLLBACK).executeUpdate();
        connected.prepared(BEGIN).executeUpdate();
        for (Pending<?> pending : group) {
          pending.runGuarded(connected);
        }
      }
      hook.beforeCommit(group.size());
      committing = System.nanoTime();
      connected.prepared(COMMIT).executeUpdate();
      hook.afterCommit(group.size());
    } catch (Throwable e) {
      // Whatever it was, no caller may be left waiting, and none told of success.
      disconnect();
      group.forEach(pending -> pending.fail(e));
      observer.failed(group.size(), e);
      return;
    }
    long committed = System.nanoTime();
    group.forEach(Pending::complete);
    observer.committed(
        group.size(),
        queue.size(),
        Duration.ofNanos(committing - started),
        Duration.ofNanos(committed - committing));
  }

  private Statements connect() throws SQLException {
    Statements connected = statements;
    if (connected == null) {
      connected = connector.open();
      statements = connected;
    }
    return connected;
  }

  /// Closing undoes what was not committed, in whatever state a failure left the connection.
  private void disconnect() {
    Statements connected = statements;
    statements = null;
    if (connected != null) {
      try {
        connected.close();
      } catch (SQLException e) {
        observer.failed(0, e);
      }
    }
  }

  /// One unit of work, its caller's future, and what came of it before the commit.
  private static final class Pending<T> {
    private final Work<T> work;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable Throwable failure;

    Pending(Work<T> work) {
      this.work = work;
    }

    /// Runs the work.
    ///
    /// @return false when it failed and may have left something half done
    boolean run(Statements statements) {
      failure = null;
      try {
        result = work.run(statements);
      } catch (Throwable e) {
        // Also an Error of one caller's work is that caller's alone.
        failure = SqliteFailures.told(e);
      }
      return failure == null;
    }

    /// Runs the work and undoes it if it fails. Throws only when the transaction as a whole is
    /// lost.
    void runGuarded(Statements statements) throws SQLException {
      statements.prepared(SAVEPOINT).executeUpdate();
      if (!run(statements)) {
        statements.prepared(ROLLBACK_UNIT).executeUpdate();
      }
      statements.prepared(RELEASE).executeUpdate();
    }

    void complete() {
      if (failure != null) {
        future.completeExceptionally(failure);
      } else {
        future.complete(result);
      }
    }

    /// Callers whose own work had failed hear of that.
    void fail(Throwable cause) {
      future.completeExceptionally(failure != null ? failure : SqliteFailures.unavailable(cause));
    }

    T await() throws StoreUnavailableException {
      try {
        return future.join();
      } catch (CompletionException e) {
        switch (e.getCause()) {
          case StoreUnavailableException unavailable ->
              throw new StoreUnavailableException(
                  String.valueOf(unavailable.getMessage()), unavailable);
          case RuntimeException unchecked -> throw unchecked;
          case Error error -> throw error;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      }
    }
  }
}
