package org.certctl.front.scep;

import java.util.List;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.enroll.Endpoint;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.CaCapability;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.http.MediaTypes;

/// An endpoint as SCEP clients see it: algorithms, keys, certificates, manner of reply.
///
/// @param path where it is served: `/scep` or `/scep/<profile>`; every suffix below is served too
/// @param enrollment where its requests go
/// @param policy which algorithms are taken; the announced capabilities follow from it
/// @param recipients the keys whose envelopes are opened
/// @param signer signs replies
/// @param caChain the issuing certificate first, the root last
/// @param chainInReply whether a reply carries the chain after the issued certificate
/// @param failInfoText whether a refusal says its stable code to the device
public record ScepEndpoint(
    String path,
    Endpoint enrollment,
    AlgorithmPolicy policy,
    List<RecipientKey> recipients,
    MessageSigner signer,
    List<X509CertificateHolder> caChain,
    boolean chainInReply,
    boolean failInfoText) {

  /// Keeps its own copies.
  public ScepEndpoint {
    recipients = List.copyOf(recipients);
    caChain = List.copyOf(caChain);
  }

  /// The endpoint's name; empty for the flat single endpoint.
  public String name() {
    return enrollment.name();
  }

  Set<CaCapability> capabilities() {
    return policy.capabilities(false, false);
  }

  /// The answer to GetCACert: one certificate when the CA speaks for itself and is a root, else RA,
  /// issuing CA and the chain up to the root, in this order (RFC 8894, section 4.2.1).
  CaCertificates caCertificates() {
    boolean caSpeaks = signer.certificate().equals(caChain.getFirst());
    if (caSpeaks && caChain.size() == 1) {
      return new CaCertificates(MediaTypes.CA_CERT, encoded(caChain.getFirst()));
    }
    List<X509CertificateHolder> certificates = new java.util.ArrayList<>();
    if (!caSpeaks) {
      certificates.add(signer.certificate());
    }
    certificates.addAll(caChain);
    return new CaCertificates(MediaTypes.CA_RA_CERT, CertsOnly.encode(certificates));
  }

  private static byte[] encoded(X509CertificateHolder certificate) {
    try {
      return certificate.getEncoded();
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// Certificates with their media type.
  @SuppressWarnings("ArrayRecordComponent") // made once at start, never changed, never compared
  record CaCertificates(String mediaType, byte[] body) {}
}
