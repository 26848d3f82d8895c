package org.certctl.pki;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// What a requester asks for: a subject, a key and extensions, taken from a PKCS#10 whose proof of
/// possession has been verified (RFC 2986).
///
/// The challenge is not in here, so that it cannot reach a store, a log or a certificate.
///
/// @param digest SHA-256 of the whole PKCS#10 as it came
/// @param subject the subject, kept as it came
/// @param subjectPublicKeyInfo the key to be certified
/// @param extensions the requested extensions; absent when none were asked for
/// @param validity how long the certificate is wanted for, in whole seconds: a hint; absent when
///   nothing was said
public record CertificateRequest(
    Sha256 digest,
    X500Name subject,
    SubjectPublicKeyInfo subjectPublicKeyInfo,
    Optional<Extensions> extensions,
    Optional<Duration> validity) {

  private static final int ENCODING_VERSION = 1;

  /// A request that does not say how long the certificate is wanted for.
  public CertificateRequest(
      Sha256 digest,
      X500Name subject,
      SubjectPublicKeyInfo subjectPublicKeyInfo,
      Optional<Extensions> extensions) {
    this(digest, subject, subjectPublicKeyInfo, extensions, Optional.empty());
  }

  /// Reads what {@link #encoded()} wrote.
  ///
  /// @param digest SHA-256 of the PKCS#10
  /// @throws IllegalArgumentException when the octets are not such an encoding
  public static CertificateRequest restored(Sha256 digest, byte[] encoded) {
    ASN1Sequence fields = ASN1Sequence.getInstance(encoded);
    if (fields.size() < 3
        || fields.size() > 5
        || ASN1Integer.getInstance(fields.getObjectAt(0)).intValueExact() != ENCODING_VERSION) {
      throw new IllegalArgumentException("not a request of version " + ENCODING_VERSION);
    }
    Extensions extensions = null;
    Duration validity = null;
    for (int i = 3; i < fields.size(); i++) {
      if (fields.getObjectAt(i) instanceof ASN1Integer seconds) {
        validity = Duration.ofSeconds(seconds.longValueExact());
      } else {
        extensions = Extensions.getInstance(fields.getObjectAt(i));
      }
    }
    return new CertificateRequest(
        digest,
        X500Name.getInstance(fields.getObjectAt(1)),
        SubjectPublicKeyInfo.getInstance(fields.getObjectAt(2)),
        Optional.ofNullable(extensions),
        Optional.ofNullable(validity));
  }

  /// DER for keeping, without the challenge; read again by {@link #restored(Sha256, byte[])}.
  public byte[] encoded() {
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(new ASN1Integer(ENCODING_VERSION));
    fields.add(subject);
    fields.add(subjectPublicKeyInfo);
    extensions.ifPresent(fields::add);
    validity.ifPresent(wanted -> fields.add(new ASN1Integer(wanted.toSeconds())));
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// The subject as text, safe in a log line.
  public String subjectText() {
    return Names.text(subject);
  }

  /// The requested subject alternative names as typed texts.
  ///
  /// @throws IllegalArgumentException when the requested extension is malformed
  public List<String> subjectAltNames() {
    return SubjectAltNames.textsOf(extensions.orElse(null));
  }
}
