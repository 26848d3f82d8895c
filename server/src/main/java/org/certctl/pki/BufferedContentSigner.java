package org.certctl.pki;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.RuntimeOperatorException;

/// Gathers what a builder of Bouncy Castle writes and lets a signer of ours sign it. For one
/// signature.
///
/// {@link #getSignature()} throws {@link RuntimeOperatorException}, with a {@link
/// SigningUnavailableException} as its cause, when the key cannot be used just now.
public final class BufferedContentSigner implements ContentSigner {

  private final Signer signer;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

  /// @param signer signs in the end
  public BufferedContentSigner(Signer signer) {
    this.signer = signer;
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return signer.algorithm();
  }

  @Override
  public OutputStream getOutputStream() {
    return buffer;
  }

  @Override
  public byte[] getSignature() {
    try {
      return signer.sign(buffer.toByteArray());
    } catch (SigningUnavailableException e) {
      throw new RuntimeOperatorException("the key could not sign", e);
    }
  }
}
