package org.certctl.status;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;

/// OCSP requests for tests.
public final class OcspRequests {

  private OcspRequests() {}

  /// Names a certificate by SHA-1 of its issuer, as most clients do.
  public static CertificateID id(X509CertificateHolder issuer, BigInteger serialNumber) {
    return id(issuer, serialNumber, CertificateID.HASH_SHA1);
  }

  /// Names a certificate by this digest of its issuer.
  public static CertificateID id(
      X509CertificateHolder issuer, BigInteger serialNumber, AlgorithmIdentifier digest) {
    try {
      return new CertificateID(new BcDigestCalculatorProvider().get(digest), issuer, serialNumber);
    } catch (OCSPException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A request for these certificates.
  public static byte[] request(CertificateID... certificates) {
    return request(new Extension[0], certificates);
  }

  /// A request with a nonce.
  public static byte[] withNonce(int nonceBytes, CertificateID... certificates) {
    return request(new Extension[] {nonce(nonceBytes)}, certificates);
  }

  /// A request with an extension of which nothing but its name is known.
  public static byte[] withUnknownExtension(boolean critical, CertificateID... certificates) {
    Extension extension =
        new Extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), critical, new byte[] {5, 0});
    return request(new Extension[] {extension}, certificates);
  }

  private static Extension nonce(int bytes) {
    byte[] nonce = new byte[bytes];
    new SecureRandom().nextBytes(nonce);
    try {
      return new Extension(
          OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(nonce).getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] request(Extension[] extensions, CertificateID... certificates) {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    for (CertificateID certificate : certificates) {
      builder.addRequest(certificate);
    }
    if (extensions.length > 0) {
      builder.setRequestExtensions(new Extensions(extensions));
    }
    try {
      return builder.build().getEncoded();
    } catch (OCSPException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
