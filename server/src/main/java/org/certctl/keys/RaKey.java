package org.certctl.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareMessageSigner;
import org.certctl.scep.cms.SoftwareRecipientKey;

/// The RSA key with which SCEP talks: opens envelopes and signs replies.
///
/// @param recipient opens envelopes
/// @param signer signs replies
public record RaKey(RecipientKey recipient, MessageSigner signer) {

  /// Reads certificate and key from PEM files.
  ///
  /// @throws KeyMaterialException when one of them cannot be used, they do not belong together, or
  ///   the key is not RSA
  public static RaKey read(
      Path certificateFile,
      Path keyFile,
      CryptoProviders providers,
      ScepCrypto crypto,
      SecureRandom random)
      throws KeyMaterialException {
    KeyPairFiles pair = KeyPairFiles.read(certificateFile, keyFile, providers);
    PrivateKey key = rsaKey(keyFile, crypto);
    return new RaKey(
        new SoftwareRecipientKey(key, pair.chain().first(), crypto, random),
        new SoftwareMessageSigner(key, pair.chain().first(), crypto));
  }

  private static PrivateKey rsaKey(Path keyFile, ScepCrypto crypto) throws KeyMaterialException {
    PrivateKeyInfo info = PemFile.privateKey(keyFile);
    try {
      return crypto.keyFactory("RSA").generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new KeyMaterialException(
          KeyMaterialException.Fault.UNSUPPORTED,
          "the key in " + keyFile + " is no RSA key, and SCEP encrypts to it: " + e.getMessage(),
          "give the RA an RSA key of 2048 bits or more");
    }
  }
}
