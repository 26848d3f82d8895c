package org.certctl.http;

import java.util.concurrent.Semaphore;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/// A listener whose connections take places that it shares with other listeners, besides its own
/// limit.
///
/// Each listener holds one place for the connection that comes next, so that none is shut out for
/// good by the others; where places are missing, connections wait in the backlog.
final class SharedNioEndpoint extends NioEndpoint {

  private @Nullable Semaphore places;

  /// Takes places from here; to be called before the listener starts.
  void share(Semaphore shared) {
    places = shared;
  }

  @Override
  protected void countUpOrAwaitConnection() throws InterruptedException {
    if (places != null) {
      places.acquire();
    }
    super.countUpOrAwaitConnection();
  }

  @Override
  protected long countDownConnection() {
    if (places != null) {
      places.release();
    }
    return super.countDownConnection();
  }
}
