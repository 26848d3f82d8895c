package org.certctl.cluster;

import org.certctl.audit.StoreUnavailableException;

/// Another node leads this work by now; nothing of the unit of work was kept.
public final class LeaseLostException extends StoreUnavailableException {

  private static final long serialVersionUID = 1L;

  /// Says which lease it was.
  public LeaseLostException(Fence fence) {
    super("another node has taken the lease for " + fence.work().wireValue());
  }
}
