package org.certctl.issuer;

import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Signer;

/// The key that answers OCSP for an issuer: one that the issuer has certified for this alone (RFC
/// 6960, section 4.2.2.2).
///
/// @param issuerId the id of the issuer
/// @param issuer the issuing certificate
/// @param responder the certificate of the key, made by that issuer
/// @param signer the key
public record OcspSigner(
    String issuerId, IssuedCertificate issuer, IssuedCertificate responder, Signer signer) {}
