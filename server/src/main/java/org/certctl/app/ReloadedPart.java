package org.certctl.app;

/// What became of one thing that was read again.
///
/// @param kind `tls`, `ra`, `ocsp`, `connector` or `mtls`; `cluster` for what other nodes were told
/// @param name which of its kind, often a profile
/// @param text what is in force now, or why nothing changed
record ReloadedPart(String kind, String name, Outcome outcome, String text) {

  /// How it went.
  enum Outcome {
    /// Something else is in force now.
    CHANGED,
    /// The files hold what was in force before.
    UNCHANGED,
    /// The files cannot be used; what was in force before still is.
    KEPT
  }
}
