package org.certctl.audit;

import java.util.concurrent.locks.ReentrantLock;
import org.certctl.pki.Sha256;
import org.certctl.pki.SigningUnavailableException;

/// Keeps the trail sealed: one step at a time, started by whoever owns the schedule, and once more
/// at the end.
///
/// Run {@link #sealPending()} at least once a second while the server runs. Safe to call from many
/// threads at once.
public final class AuditSealing implements AutoCloseable {

  /// Is told what each step came to; must not throw.
  public interface Observer {

    /// Events were sealed.
    void sealed(int events);

    /// A step failed; what it left unsealed is taken by the next.
    void failed(Exception cause);
  }

  private final BlockSealer sealer;
  private final Observer observer;
  private final ReentrantLock lock = new ReentrantLock();

  /// Seals with this sealer.
  public AuditSealing(BlockSealer sealer, Observer observer) {
    this.sealer = sealer;
    this.observer = observer;
  }

  /// What names the key that seals: SHA-256 of its SubjectPublicKeyInfo.
  public Sha256 keyDigest() {
    return sealer.keyDigest();
  }

  /// Seals what is not sealed yet; a failure of the store or of the trail goes to the observer.
  ///
  /// @throws LeaseLostException when another node seals by now, which is no failure
  /// @throws SigningUnavailableException when the key cannot be used just now
  public void sealPending() throws LeaseLostException, SigningUnavailableException {
    lock.lock();
    try {
      int events = sealer.sealPending();
      if (events > 0) {
        observer.sealed(events);
      }
    } catch (LeaseLostException e) {
      throw e;
    } catch (StoreUnavailableException | IllegalStateException e) {
      observer.failed(e);
    } finally {
      lock.unlock();
    }
  }

  /// Seals what came last; call it after the last append and before the store closes.
  @Override
  public void close() {
    try {
      sealPending();
    } catch (LeaseLostException | SigningUnavailableException e) {
      observer.failed(e);
    }
  }
}
