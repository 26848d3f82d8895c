package org.certctl.issuer;

import java.util.List;
import org.certctl.pki.IssuedCertificate;

/// An issuer that can tell its certificates.
public interface IssuerChain {

  /// The issuing certificate first, then each one's issuer, the root last; never empty.
  List<IssuedCertificate> chain();
}
