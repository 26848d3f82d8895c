package org.certctl.keys.pkcs11;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.certctl.keys.pkcs11.Pkcs11Exception.Kind;

/// A PKCS #11 module in this process.
///
/// It is called on a few threads of its own: a token may take long to answer, or never do, and
/// whoever waits for it must not keep others from running. Safe to use from many threads.
final class Pkcs11Module {

  private static final int THREADS = 8;
  private static final int IDLE_SECONDS = 60;
  private static final int PATIENCE_SECONDS = 10;

  private final Path library;
  private final Cryptoki cryptoki;
  private final ThreadPoolExecutor threads;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private long generation;

  /// Work with the functions of the module.
  ///
  /// @param <T> its result
  @FunctionalInterface
  interface Work<T> {

    /// Does it.
    ///
    /// @param generation how often the module was started; a session of another generation is gone
    T run(Cryptoki cryptoki, long generation) throws Pkcs11Exception;
  }

  private Pkcs11Module(Path library, Cryptoki cryptoki) {
    this.library = library;
    this.cryptoki = cryptoki;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("pkcs11-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// Loads and starts a module.
  static Pkcs11Module open(Path library) throws Pkcs11Exception {
    Pkcs11Module module = new Pkcs11Module(library, Cryptoki.load(library));
    try {
      module.await(
          () -> {
            module.cryptoki.initialize();
            return true;
          });
    } catch (Pkcs11Exception e) {
      throw new Pkcs11Exception(
          Kind.MODULE, "the PKCS #11 module " + library + " cannot start: " + e.reason(), e);
    }
    return module;
  }

  /// Runs this.
  <T> T run(Work<T> work) throws Pkcs11Exception {
    return await(
        () -> {
          lock.readLock().lock();
          try {
            return work.run(cryptoki, generation);
          } finally {
            lock.readLock().unlock();
          }
        });
  }

  /// Starts the module anew, which ends the sessions of all its tokens. Many modules notice only so
  /// that a token, or the service behind them, is back.
  void restart() throws Pkcs11Exception {
    await(
        () -> {
          if (!lock.writeLock().tryLock(PATIENCE_SECONDS / 2, TimeUnit.SECONDS)) {
            throw new Pkcs11Exception(Kind.FAILED, library + " is in a call that does not return");
          }
          try {
            generation++;
            cryptoki.finish();
            cryptoki.initialize();
            return true;
          } finally {
            lock.writeLock().unlock();
          }
        });
  }

  private <T> T await(java.util.concurrent.Callable<T> work) throws Pkcs11Exception {
    Future<T> running = threads.submit(work);
    try {
      return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      running.cancel(false);
      throw new Pkcs11Exception(
          Kind.FAILED, library + " did not answer within " + PATIENCE_SECONDS + " seconds", e);
    } catch (InterruptedException e) {
      running.cancel(false);
      Thread.currentThread().interrupt();
      throw new Pkcs11Exception(Kind.FAILED, "interrupted while waiting for " + library, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Pkcs11Exception known) {
        throw known;
      }
      throw new IllegalStateException("a call of " + library + " failed", e);
    }
  }
}
