package org.certctl.front.status;

import java.util.Optional;
import org.certctl.pki.IssuedCertificate;
import org.certctl.status.ImportedCrl;

/// An issuer of which others may learn.
///
/// @param certificate its certificate
/// @param publishesCrl whether there are CRLs of it; those of one without are not waited for
/// @param imported its CRL, when it signs them elsewhere
public record StatusIssuer(
    IssuedCertificate certificate, boolean publishesCrl, Optional<ImportedCrl> imported) {

  /// One of this server.
  public StatusIssuer(IssuedCertificate certificate, boolean publishesCrl) {
    this(certificate, publishesCrl, Optional.empty());
  }

  /// One whose key is not here.
  public static StatusIssuer elsewhere(IssuedCertificate certificate, Optional<ImportedCrl> crl) {
    return new StatusIssuer(certificate, crl.isPresent(), crl);
  }
}
