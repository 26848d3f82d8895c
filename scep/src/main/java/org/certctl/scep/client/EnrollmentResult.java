package org.certctl.scep.client;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.FailInfo;
import org.certctl.scep.TransactionId;

/// What became of an enrollment, a renewal or a poll.
public sealed interface EnrollmentResult {
  /// The transactionID of the request.
  TransactionId transactionId();

  /// A certificate was issued.
  ///
  /// @param transactionId the transactionID
  /// @param certificate the certificate: the one of the requested key, else the first
  /// @param all everything that came, in its order
  record Issued(
      TransactionId transactionId,
      X509CertificateHolder certificate,
      List<X509CertificateHolder> all)
      implements EnrollmentResult {}

  /// The request waits for a decision; ask again with {@link ScepClient#poll}.
  ///
  /// @param transactionId the transactionID
  /// @param signer who signed the request and has to sign the poll
  /// @param subject the subject asked for
  record Pending(TransactionId transactionId, Identity signer, X500Name subject)
      implements EnrollmentResult {}

  /// The request was refused; the same request will be refused again.
  ///
  /// @param transactionId the transactionID
  /// @param failInfo the reason
  /// @param text a text for people
  record Refused(TransactionId transactionId, FailInfo failInfo, Optional<String> text)
      implements EnrollmentResult {}
}
