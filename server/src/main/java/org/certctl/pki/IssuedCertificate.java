package org.certctl.pki;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;

/// A certificate that an issuer made, with its DER octets and what is in them.
public final class IssuedCertificate {

  private final byte[] encoded;
  private final X509CertificateHolder holder;

  private IssuedCertificate(byte[] encoded, X509CertificateHolder holder) {
    this.encoded = encoded;
    this.holder = holder;
  }

  /// Parses DER.
  ///
  /// @throws IllegalArgumentException when the octets are no X.509 certificate
  public static IssuedCertificate ofDer(byte[] der) {
    try {
      return new IssuedCertificate(der.clone(), new X509CertificateHolder(der));
    } catch (IOException e) {
      throw new IllegalArgumentException("not an X.509 certificate", e);
    }
  }

  /// The DER octets.
  public byte[] encoded() {
    return encoded.clone();
  }

  /// The parsed certificate.
  public X509CertificateHolder holder() {
    return holder;
  }

  /// The serial number.
  public SerialNumber serialNumber() {
    return new SerialNumber(holder.getSerialNumber());
  }

  /// The subject as text, safe in a log line.
  public String subjectText() {
    return Names.text(holder.getSubject());
  }

  /// The issuer as text, safe in a log line.
  public String issuerText() {
    return Names.text(holder.getIssuer());
  }

  /// The subject alternative names as typed texts.
  public List<String> subjectAltNames() {
    return SubjectAltNames.textsOf(holder.getExtensions());
  }

  /// The first instant of validity.
  public Instant notBefore() {
    return holder.getNotBefore().toInstant();
  }

  /// The last instant of validity.
  public Instant notAfter() {
    return holder.getNotAfter().toInstant();
  }

  /// SHA-256 of the DER octets: the certificate's fingerprint.
  public Sha256 fingerprint() {
    return Sha256.over(encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IssuedCertificate that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return "certificate " + serialNumber() + " of " + subjectText();
  }
}
