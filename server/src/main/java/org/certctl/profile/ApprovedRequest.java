package org.certctl.profile;

import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// A request that has passed a certificate profile: what the certificate is to say.
///
/// Comes only from {@link PolicyGate} (or, after a crash, from what was kept of it), and can be
/// redeemed once.
public final class ApprovedRequest {

  private static final int ENCODING_VERSION = 1;

  private final String profileId;
  private final X500Name subject;
  private final SubjectPublicKeyInfo subjectPublicKeyInfo;
  private final Extensions extensions;
  private final Instant notBefore;
  private final Instant notAfter;
  private final AtomicBoolean redeemed = new AtomicBoolean();

  ApprovedRequest(
      String profileId,
      X500Name subject,
      SubjectPublicKeyInfo subjectPublicKeyInfo,
      Extensions extensions,
      Instant notBefore,
      Instant notAfter) {
    this.profileId = profileId;
    this.subject = subject;
    this.subjectPublicKeyInfo = subjectPublicKeyInfo;
    this.extensions = extensions;
    this.notBefore = notBefore;
    this.notAfter = notAfter;
  }

  /// Reads what {@link #encoded()} wrote, to resolve an intent after a crash.
  ///
  /// @throws IllegalArgumentException when the octets are not such an encoding
  public static ApprovedRequest restored(byte[] encoded) {
    ASN1Sequence fields = ASN1Sequence.getInstance(encoded);
    if (fields.size() != 7
        || ASN1Integer.getInstance(fields.getObjectAt(0)).intValueExact() != ENCODING_VERSION) {
      throw new IllegalArgumentException("not an approved request of version " + ENCODING_VERSION);
    }
    return new ApprovedRequest(
        DERUTF8String.getInstance(fields.getObjectAt(1)).getString(),
        X500Name.getInstance(fields.getObjectAt(2)),
        SubjectPublicKeyInfo.getInstance(fields.getObjectAt(3)),
        Extensions.getInstance(fields.getObjectAt(4)),
        time(ASN1GeneralizedTime.getInstance(fields.getObjectAt(5))),
        time(ASN1GeneralizedTime.getInstance(fields.getObjectAt(6))));
  }

  private static Instant time(ASN1GeneralizedTime value) {
    try {
      return value.getDate().toInstant();
    } catch (java.text.ParseException e) {
      throw new IllegalArgumentException("not a time", e);
    }
  }

  /// Marks the request as used; true the first time only.
  public boolean redeem() {
    return redeemed.compareAndSet(false, true);
  }

  /// The certificate profile that approved it.
  public String profileId() {
    return profileId;
  }

  /// The subject, byte for byte as requested where the profile keeps it.
  public X500Name subject() {
    return subject;
  }

  /// The key to be certified.
  public SubjectPublicKeyInfo subjectPublicKeyInfo() {
    return subjectPublicKeyInfo;
  }

  /// The extensions of the certificate but those that only the issuer knows (key identifiers,
  /// distribution points).
  public Extensions extensions() {
    return extensions;
  }

  /// The first instant of validity, whole seconds.
  public Instant notBefore() {
    return notBefore;
  }

  /// The last instant of validity, whole seconds.
  public Instant notAfter() {
    return notAfter;
  }

  /// DER for keeping; read again by {@link #restored(byte[])}.
  public byte[] encoded() {
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(new ASN1Integer(ENCODING_VERSION));
    fields.add(new DERUTF8String(profileId));
    fields.add(subject);
    fields.add(subjectPublicKeyInfo);
    fields.add(extensions);
    fields.add(new ASN1GeneralizedTime(Date.from(notBefore)));
    fields.add(new ASN1GeneralizedTime(Date.from(notAfter)));
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }
}
