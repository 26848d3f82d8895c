package org.certctl.audit;

/// Another node does this work for all by now; nothing of the unit of work was kept. No failure:
/// whoever did it goes back to waiting for its turn.
public final class LeaseLostException extends StoreUnavailableException {

  private static final long serialVersionUID = 1L;

  /// Says which work it was.
  public LeaseLostException(String work) {
    super("another node has taken the lease for " + work);
  }
}
