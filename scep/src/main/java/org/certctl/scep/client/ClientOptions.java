package org.certctl.scep.client;

import java.util.Optional;
import java.util.Set;
import org.certctl.scep.CaCapability;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.Limits;

/// How a client writes its messages.
///
/// @param digest the message digest
/// @param cipher the content encryption algorithm
/// @param keyTransport the key transport
/// @param post whether PKIOperation goes by POST
/// @param structure the form of the encoding
/// @param limits bounds on answers
/// @param strict whether answers must keep to the standard where their proof does not depend on it
/// @param password what envelopes are sealed with where the signer's key cannot encrypt (RFC 8894,
///   section 3.1); absent when such a signer is not to be used
public record ClientOptions(
    DigestAlgorithm digest,
    ContentCipher cipher,
    KeyTransport keyTransport,
    boolean post,
    CmsStructure structure,
    Limits limits,
    boolean strict,
    Optional<EnvelopePassword> password) {

  /// What RFC 8894 makes mandatory: SHA-256, AES-128-CBC, POST.
  public static ClientOptions defaults() {
    return new ClientOptions(
        DigestAlgorithm.SHA256,
        ContentCipher.AES_128,
        KeyTransport.RSA_PKCS1,
        true,
        CmsStructure.DEFINITE,
        Limits.defaults(),
        true,
        Optional.empty());
  }

  /// The best a CA with these capabilities understands, never less than SHA-256 and AES-128-CBC:
  /// the capabilities are not authenticated.
  public static ClientOptions of(Set<String> keywords) {
    boolean post =
        keywords.contains(CaCapability.POST_PKI_OPERATION.keyword())
            || keywords.contains(CaCapability.SCEP_STANDARD.keyword());
    return defaults().withPost(post);
  }

  /// The same with or without POST.
  public ClientOptions withPost(boolean usePost) {
    return new ClientOptions(
        digest, cipher, keyTransport, usePost, structure, limits, strict, password);
  }

  /// The same with other algorithms.
  public ClientOptions withAlgorithms(
      DigestAlgorithm otherDigest, ContentCipher otherCipher, KeyTransport otherTransport) {
    return new ClientOptions(
        otherDigest, otherCipher, otherTransport, post, structure, limits, strict, password);
  }

  /// The same with another form of the encoding.
  public ClientOptions withStructure(CmsStructure other) {
    return new ClientOptions(digest, cipher, keyTransport, post, other, limits, strict, password);
  }

  /// The same with answers read as {@link CertRepReader#tolerant} does.
  public ClientOptions tolerant() {
    return new ClientOptions(
        digest, cipher, keyTransport, post, structure, limits, false, password);
  }

  /// The same for signers whose key cannot encrypt, with the password that the CA knows too.
  public ClientOptions withPassword(EnvelopePassword shared) {
    return new ClientOptions(
        digest, cipher, keyTransport, post, structure, limits, strict, Optional.of(shared));
  }
}
