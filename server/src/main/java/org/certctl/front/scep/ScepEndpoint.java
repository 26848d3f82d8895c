package org.certctl.front.scep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.enroll.Endpoint;
import org.certctl.issuer.Issuer;
import org.certctl.issuer.IssuerChain;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.CaCapability;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.ReplyContext;
import org.certctl.scep.cms.ReplyStyle;
import org.certctl.scep.http.MediaTypes;

/// An endpoint as SCEP clients see it: algorithms, keys, certificates, manner of reply.
///
/// It never changes: when a key or the CA does, {@link CurrentEndpoints} gets another in its place.
///
/// @param path where it is served: `/scep` or `/scep/<profile>`; every suffix below is served too
/// @param policy which algorithms are taken; the announced capabilities follow from it
/// @param current the CA that issues now, with all keys whose envelopes it answers
/// @param next the CA that will issue, once it is prepared
/// @param former where intents of CAs go that issue no more
/// @param password what requesters whose key cannot encrypt seal their envelopes with; absent when
///   none of them is served
/// @param manner how replies are written
public record ScepEndpoint(
    String path,
    AlgorithmPolicy policy,
    ScepAuthority current,
    Optional<ScepAuthority> next,
    List<Endpoint> former,
    Optional<EnvelopePassword> password,
    Manner manner) {

  /// How replies are written where the RFC leaves a choice.
  ///
  /// @param chainInReply whether a reply carries the chain after the issued certificate
  /// @param failInfoText whether a refusal says its stable code to the device
  /// @param nextCaOutside whether the answer to GetNextCACert repeats the next certificates beside
  ///   the signer's
  /// @param style algorithms of replies, and what stands where there is no envelope
  /// @param signingTimeWindow when a message may say that it was signed
  public record Manner(
      boolean chainInReply,
      boolean failInfoText,
      boolean nextCaOutside,
      ReplyStyle style,
      SigningTimeWindow signingTimeWindow) {}

  /// Keeps its own copies.
  public ScepEndpoint {
    former = List.copyOf(former);
  }

  /// The same, but every new enrollment waits for a decision.
  ScepEndpoint deferring() {
    return new ScepEndpoint(
        path,
        policy,
        current.deferring(),
        next.map(ScepAuthority::deferring),
        former,
        password,
        manner);
  }

  /// The endpoint's name; empty for the flat single endpoint.
  public String name() {
    return enrollment().name();
  }

  /// Where requests go that are for the present CA.
  public Endpoint enrollment() {
    return current.enrollment();
  }

  /// The chain of the present CA: the issuing certificate first, the root last.
  public List<X509CertificateHolder> caChain() {
    return current.caChain();
  }

  /// Signs what answers no envelope.
  public MessageSigner signer() {
    return current.announced().signer();
  }

  /// Whether a reply carries the chain after the issued certificate.
  public boolean chainInReply() {
    return manner.chainInReply();
  }

  /// Whether a refusal says its stable code to the device.
  public boolean failInfoText() {
    return manner.failInfoText();
  }

  /// All keys whose envelopes are opened, of the present CA and of the next (CAC-11, NXT-4).
  public List<RecipientKey> recipients() {
    return keys().map(ScepKey::recipient).toList();
  }

  /// The CA that a message is for: the one whose key its envelope names (RFC 8894, figure 9).
  public ScepAuthority authorityFor(ReplyContext context) {
    return next.filter(authority -> keyOf(context, authority.keys().stream()).isPresent())
        .orElse(current);
  }

  /// Signs the answer to a message: with the key that the client encrypted to, which is the one it
  /// knows, else with the announced one (NXT-6).
  public MessageSigner signerFor(ReplyContext context) {
    return keyOf(context, keys()).map(ScepKey::signer).orElseGet(this::signer);
  }

  /// Every place where this endpoint's requests went or will go.
  Stream<Endpoint> enrollments() {
    return Stream.concat(
        Stream.concat(Stream.of(enrollment()), next.stream().map(ScepAuthority::enrollment)),
        former.stream());
  }

  /// Whether an issuer of this endpoint, present, next or former, has this id.
  boolean hasIssuer(String issuerId) {
    return enrollments().anyMatch(endpoint -> endpoint.issuer().id().equals(issuerId));
  }

  /// The id of the issuer of this endpoint whose certificate has this subject.
  Optional<String> issuerNamed(X500Name subject) {
    return enrollments()
        .map(Endpoint::issuer)
        .filter(
            issuer ->
                issuer instanceof IssuerChain known
                    && known.chain().getFirst().holder().getSubject().equals(subject))
        .map(Issuer::id)
        .findFirst();
  }

  private Stream<ScepKey> keys() {
    return Stream.concat(
        current.keys().stream(), next.stream().flatMap(authority -> authority.keys().stream()));
  }

  private static Optional<ScepKey> keyOf(ReplyContext context, Stream<ScepKey> keys) {
    return context
        .openedBy()
        .flatMap(opener -> keys.filter(key -> key.recipient() == opener).findFirst());
  }

  Set<CaCapability> capabilities() {
    return policy.capabilities(enrollment().renewal().enabled(), next.isPresent());
  }

  /// The answer to GetCACert: one certificate when the CA speaks for itself and is a root, else RA,
  /// issuing CA and the chain up to the root, in this order (RFC 8894, section 4.2.1).
  CaCertificates caCertificates() {
    List<X509CertificateHolder> certificates = new ArrayList<>(current.certificates());
    return certificates.size() == 1
        ? new CaCertificates(MediaTypes.CA_CERT, encoded(certificates.getFirst()))
        : new CaCertificates(MediaTypes.CA_RA_CERT, CertsOnly.encode(certificates));
  }

  private static byte[] encoded(X509CertificateHolder certificate) {
    try {
      return certificate.getEncoded();
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// Certificates with their media type.
  @SuppressWarnings("ArrayRecordComponent") // made once, never changed, never compared
  record CaCertificates(String mediaType, byte[] body) {}
}
