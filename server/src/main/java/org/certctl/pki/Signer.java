package org.certctl.pki;

import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/// Signs octets with a key that nobody outside the key store sees.
public interface Signer {

  /// The signature algorithm, as it stands in a certificate (RFC 5280, section 4.1.1.2).
  AlgorithmIdentifier algorithm();

  /// Signs; safe to call from many threads at once.
  ///
  /// @throws SigningUnavailableException when the key cannot be used just now, e.g. a token that is
  ///   away; a repeat may help
  byte[] sign(byte[] toBeSigned) throws SigningUnavailableException;
}
