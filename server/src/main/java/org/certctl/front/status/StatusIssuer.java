package org.certctl.front.status;

import org.certctl.pki.IssuedCertificate;

/// An issuer of which others may learn.
///
/// @param certificate its certificate
/// @param publishesCrl whether it signs CRLs; those of one that does not are not waited for
public record StatusIssuer(IssuedCertificate certificate, boolean publishesCrl) {}
