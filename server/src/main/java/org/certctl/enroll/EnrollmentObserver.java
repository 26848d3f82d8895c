package org.certctl.enroll;

/// Is told of each step and each end of an enrollment, for metrics and for crash tests.
public interface EnrollmentObserver {

  /// The steps of the cycle, by the names of `docs/enrollment-cycle.md`.
  enum Step {
    /// 1: is this transaction known?
    RECEIVED,
    /// 2: does the challenge authorise it?
    AUTHORIZED,
    /// 3: does the profile allow it?
    DECIDED,
    /// 4: the intent is on disk.
    INTENDED,
    /// 5: the issuer has answered.
    ISSUED,
    /// 6: the certificate is on disk.
    RECORDED
  }

  /// A step is done.
  ///
  /// @param nanos how long it took
  void completed(Step step, long nanos);

  /// An enrollment ended.
  ///
  /// @param code `issued`, `repeated`, `pending`, `unavailable`, or the stable code of the refusal
  void ended(String endpoint, String code);
}
