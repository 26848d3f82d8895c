package org.certctl.scep;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;

/// What a requester asks for: the opened content of a message (RFC 8894, section 3.3).
///
/// Only the content of PKCSReq and RenewalReq carries a proof of its own (the PKCS#10 signature);
/// nothing else in an envelope is authenticated, and no permission may be derived from it.
public sealed interface ScepRequest {

  /// A PKCS#10 request (RFC 8894, section 3.3.1).
  ///
  /// @param csr the DER encoding, whose signature has been verified
  @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
  record PkcsReq(byte[] csr) implements ScepRequest {
    /// Copies the bytes.
    public PkcsReq {
      csr = csr.clone();
    }

    @Override
    public byte[] csr() {
      return csr.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof PkcsReq that && Arrays.equals(csr, that.csr);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(csr);
    }

    @Override
    public String toString() {
      return "PkcsReq[" + csr.length + " bytes]";
    }
  }

  /// A PKCS#10 request signed with an existing certificate (RFC 8894, section 3.3.1.2).
  ///
  /// @param csr the DER encoding, whose signature has been verified
  @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
  record RenewalReq(byte[] csr) implements ScepRequest {
    /// Copies the bytes.
    public RenewalReq {
      csr = csr.clone();
    }

    @Override
    public byte[] csr() {
      return csr.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RenewalReq that && Arrays.equals(csr, that.csr);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(csr);
    }

    @Override
    public String toString() {
      return "RenewalReq[" + csr.length + " bytes]";
    }
  }

  /// A question about a pending request (RFC 8894, section 3.3.3).
  ///
  /// The names are what the requester wrote; requesters often write others than they should, so
  /// they are optional and never decide a match.
  ///
  /// @param issuerAndSubject the names, if they could be read
  record CertPoll(Optional<IssuerAndSubject> issuerAndSubject) implements ScepRequest {}

  /// The content of a CertPoll: the issuer and the subject of the awaited certificate.
  record IssuerAndSubject(X500Name issuer, X500Name subject) {}

  /// A request for an issued certificate (RFC 8894, section 3.3.4).
  record GetCert(X500Name issuer, BigInteger serialNumber) implements ScepRequest {}

  /// A request for the CRL that covers a certificate (RFC 8894, section 3.3.4).
  record GetCrl(X500Name issuer, BigInteger serialNumber) implements ScepRequest {}
}
