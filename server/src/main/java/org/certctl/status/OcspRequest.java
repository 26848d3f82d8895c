package org.certctl.status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.jspecify.annotations.Nullable;

/// An OCSP request that is understood and within bounds (RFC 6960, section 4.1).
///
/// Who asks does not matter: the requestor's name and signature are not looked at (RFC 5019,
/// section 2.1.2).
///
/// @param certificates which certificates are asked for, one to {@link #MAX_CERTIFICATES}
/// @param nonce to be repeated in the answer; its value has 1 to 128 octets (RFC 9654)
record OcspRequest(List<CertificateID> certificates, Optional<Extension> nonce) {

  /// The longest request.
  static final int MAX_BYTES = 16 * 1024;

  /// The most certificates that one request may ask for.
  static final int MAX_CERTIFICATES = 16;

  private static final int VERSION_1 = 0;
  private static final int MAX_NONCE_BYTES = 128;
  private static final Set<ASN1ObjectIdentifier> UNDERSTOOD =
      Set.of(
          OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
          OCSPObjectIdentifiers.id_pkix_ocsp_response,
          OCSPObjectIdentifiers.id_pkix_ocsp_pref_sig_algs,
          OCSPObjectIdentifiers.id_pkix_ocsp_service_locator);

  /// Takes a copy of the list.
  OcspRequest {
    certificates = List.copyOf(certificates);
  }

  /// Reads a request; absent when it is malformed, beyond the bounds, of another version, or has a
  /// critical extension that nobody here understands: all of this is `malformedRequest`.
  static Optional<OcspRequest> parse(byte[] der) {
    if (der.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      OCSPRequest request = OCSPRequest.getInstance(ASN1Primitive.fromByteArray(der));
      return request == null ? Optional.empty() : read(request.getTbsRequest());
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle reports malformed input with many unchecked exceptions.
      return Optional.empty();
    }
  }

  private static Optional<OcspRequest> read(TBSRequest request) {
    ASN1Sequence list = request.getRequestList();
    @Nullable ASN1Integer version = request.getVersion();
    @Nullable Extensions extensions = request.getRequestExtensions();
    if ((version != null && !version.hasValue(VERSION_1))
        || list.size() < 1
        || list.size() > MAX_CERTIFICATES
        || !isUnderstood(extensions)) {
      return Optional.empty();
    }
    List<CertificateID> certificates = new ArrayList<>(list.size());
    for (var element : list) {
      Request single = Request.getInstance(element);
      if (!isUnderstood(single.getSingleRequestExtensions()) || !isPlain(single.getReqCert())) {
        return Optional.empty();
      }
      certificates.add(new CertificateID(single.getReqCert()));
    }
    Optional<Extension> nonce =
        Optional.ofNullable(extensions)
            .map(all -> all.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce));
    return nonce.isPresent() && !isAcceptable(nonce.get())
        ? Optional.empty()
        : Optional.of(new OcspRequest(certificates, nonce));
  }

  /// Whether every extension may be ignored, or is known.
  private static boolean isUnderstood(@Nullable Extensions extensions) {
    return extensions == null
        || Arrays.stream(extensions.getCriticalExtensionOIDs()).allMatch(UNDERSTOOD::contains);
  }

  /// Whether the digest has no parameters. The answer repeats what stands here: it must not become
  /// as long as the request.
  private static boolean isPlain(CertID certificate) {
    var parameters = certificate.getHashAlgorithm().getParameters();
    return parameters == null || DERNull.INSTANCE.equals(parameters.toASN1Primitive());
  }

  /// RFC 9654, section 2.1: a nonce of no octets or of more than 128 is `malformedRequest`.
  private static boolean isAcceptable(Extension nonce) {
    int length = ASN1OctetString.getInstance(nonce.getParsedValue()).getOctetsLength();
    return length >= 1 && length <= MAX_NONCE_BYTES;
  }
}
