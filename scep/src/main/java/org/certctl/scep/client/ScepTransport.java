package org.certctl.scep.client;

import java.io.IOException;

/// Carries HTTP requests to one SCEP endpoint, whose address it knows.
public interface ScepTransport {
  /// Sends a request and waits for the answer, whatever its status.
  ///
  /// @throws IOException if there is no answer
  ScepHttpResponse exchange(ScepHttpRequest request) throws IOException;
}
