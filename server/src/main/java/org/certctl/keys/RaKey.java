package org.certctl.keys;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.RsaRecipientKey;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareMessageSigner;
import org.certctl.scep.cms.SoftwareRecipientKey;

/// The key of a SCEP registration authority: opens what requesters encrypt to it and signs the
/// replies (RFC 8894, section 2.1.2). Safe to use from many threads at once.
///
/// @param certificate its certificate
/// @param recipientKey the part that opens envelopes
/// @param messageSigner the part that signs replies
public record RaKey(
    X509CertificateHolder certificate, RecipientKey recipientKey, MessageSigner messageSigner) {

  /// Reads an RSA key and its certificate.
  ///
  /// @throws KeyMaterialException when one of them cannot be used, they do not belong together, the
  ///   key is no RSA key, or it is on a token that cannot decrypt as is needed
  public static RaKey read(
      Path certificateFile, KeyLocation keyLocation, CryptoProviders providers, SecureRandom random)
      throws KeyMaterialException {
    KeyPairFiles files = KeyPairFiles.read(certificateFile, keyLocation, providers);
    if (!files.key().isRsa()) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "the RA key in " + keyLocation + " is no RSA key",
          "SCEP needs an RA with an RSA key, whatever key the CA has");
    }
    files.key().requireDecryption();
    return of(files, providers, random);
  }

  /// An RSA key with its certificate, to speak SCEP with.
  ///
  /// @throws IllegalArgumentException when it is no RSA key
  public static RaKey of(KeyPairFiles files, CryptoProviders providers, SecureRandom random) {
    X509CertificateHolder certificate = files.chain().first();
    ScepCrypto crypto = new ScepCrypto(providers.inOrder());
    return files
        .key()
        .tokenKey()
        .map(
            key ->
                new RaKey(
                    certificate,
                    new RsaRecipientKey(certificate, key::decryptRaw, crypto, random),
                    new TokenMessageSigner(certificate, key, crypto)))
        .orElseGet(
            () ->
                new RaKey(
                    certificate,
                    new SoftwareRecipientKey(files.key().privateKey(), certificate, crypto, random),
                    new SoftwareMessageSigner(files.key().privateKey(), certificate, crypto)));
  }
}
