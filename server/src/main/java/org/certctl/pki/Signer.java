package org.certctl.pki;

import java.io.ByteArrayOutputStream;
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

  /// A signature over octets that come piece by piece; for one thread, to be used once.
  interface Signing {

    /// Takes the next octets.
    ///
    /// @throws SigningUnavailableException as {@link #sign()} does
    void update(byte[] octets) throws SigningUnavailableException;

    /// Signs everything that came.
    ///
    /// @throws SigningUnavailableException when the key cannot be used just now; begin anew
    byte[] sign() throws SigningUnavailableException;
  }

  /// Begins a signature over octets that come piece by piece.
  ///
  /// Unless a signer says otherwise, they are all held in memory until the end.
  ///
  /// @throws SigningUnavailableException when the key cannot be used just now
  default Signing begin() throws SigningUnavailableException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    return new Signing() {
      @Override
      public void update(byte[] octets) {
        all.writeBytes(octets);
      }

      @Override
      public byte[] sign() throws SigningUnavailableException {
        return Signer.this.sign(all.toByteArray());
      }
    };
  }
}
