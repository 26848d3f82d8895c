package org.certctl.front.scep;

/// Is told of requests, for metrics.
public interface ScepObserver {

  /// A request for an operation came.
  ///
  /// @param operation the operation's name, or `bad_request` when it was none
  void requested(String endpoint, String operation);

  /// A message was refused before it became a request.
  ///
  /// @param code the stable code
  void rejected(String endpoint, String code);
}
