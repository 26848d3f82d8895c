package org.certctl.enroll;

import org.certctl.pki.IssuedCertificate;

/// How an enrollment ended.
public sealed interface EnrollmentOutcome {

  /// The certificate.
  ///
  /// @param repeated whether it had been issued before and this is the same answer again
  record Issued(IssuedCertificate certificate, boolean repeated) implements EnrollmentOutcome {}

  /// Refused for good; the same request will be refused again.
  ///
  /// @param code the stable code, for metrics, audit and logs; not for the requester
  /// @param explanation for operators; not for the requester
  record Refused(RefusalReason reason, String code, String explanation)
      implements EnrollmentOutcome {}

  /// The request waits for a human; the requester should ask again, by poll or by the same message.
  ///
  /// @param repeated whether it waited before and this is the same answer again
  record Deferred(boolean repeated) implements EnrollmentOutcome {}

  /// A request that waited will not be granted.
  ///
  /// @param code the stable code, for metrics, audit and logs
  /// @param words for the requester: printable and bounded, empty when there are none
  record Declined(String code, String words) implements EnrollmentOutcome {}

  /// We cannot tell just now; the requester should try again, nothing is lost.
  record Unavailable(String explanation) implements EnrollmentOutcome {}
}
