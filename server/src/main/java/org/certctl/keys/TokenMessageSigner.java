package org.certctl.keys;

import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.ScepCrypto;

/// Signs SCEP messages with a key on a token.
record TokenMessageSigner(X509CertificateHolder certificate, TokenKey key, ScepCrypto crypto)
    implements MessageSigner {

  @Override
  public byte[] sign(DigestAlgorithm digest, byte[] derAttributes) throws KeyUnavailableException {
    return key.signRsa(digest, crypto.digest(digest, derAttributes));
  }

  @Override
  public String toString() {
    return "TokenMessageSigner[" + certificate.getSubject() + "]";
  }
}
