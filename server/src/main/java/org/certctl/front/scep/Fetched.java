package org.certctl.front.scep;

import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.pki.IssuedCertificate;

/// What a GetCert or GetCRL comes to.
sealed interface Fetched {

  /// The certificate that was asked for.
  record Certificate(IssuedCertificate certificate) implements Fetched {}

  /// The newest CRL of the issuer.
  record Crl(X509CRLHolder crl) implements Fetched {}

  /// Nothing, and why.
  record Refused(FailureAnswers.Answer answer) implements Fetched {}
}
