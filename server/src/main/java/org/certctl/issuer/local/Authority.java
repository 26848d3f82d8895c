package org.certctl.issuer.local;

import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.pki.Signer;

/// A CA that signs.
///
/// @param certificate its certificate
/// @param signer its key
public record Authority(X509CertificateHolder certificate, Signer signer) {}
