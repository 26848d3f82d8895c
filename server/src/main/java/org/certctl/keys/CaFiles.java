package org.certctl.keys;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.BufferedContentSigner;
import org.jspecify.annotations.Nullable;

/// What CAs hand to each other in files, as PEM or DER: certificates (also in PKCS#7, as Windows
/// exports them), requests (PKCS#10) and CRLs.
public final class CaFiles {

  private static final long MAX_BYTES = 16L << 20;
  private static final int MAX_CERTIFICATES = 100;

  private CaFiles() {}

  /// All certificates in a file, in their order; at least one.
  ///
  /// @throws KeyMaterialException when it holds none, or cannot be read
  public static List<X509CertificateHolder> certificates(Path file) throws KeyMaterialException {
    List<X509CertificateHolder> all = new ArrayList<>();
    for (Object each : contents(file, CaFiles::certificatesOfDer)) {
      switch (each) {
        case X509CertificateHolder certificate -> all.add(certificate);
        case ContentInfo pkcs7 -> all.addAll(certificates(file, pkcs7));
        default -> {
          // A key or a request beside them is not looked at.
        }
      }
    }
    if (all.isEmpty() || all.size() > MAX_CERTIFICATES) {
      throw malformed(
          file, "holds " + all.size() + " certificates", "name PEM, DER or PKCS#7 (.p7b)", null);
    }
    return List.copyOf(all);
  }

  private static Object certificatesOfDer(byte[] der) throws IOException {
    try {
      return new X509CertificateHolder(der);
    } catch (IOException e) {
      return ContentInfo.getInstance(der);
    }
  }

  private static Collection<X509CertificateHolder> certificates(Path file, ContentInfo pkcs7)
      throws KeyMaterialException {
    try {
      return new CMSSignedData(pkcs7).getCertificates().getMatches(null);
    } catch (CMSException e) {
      throw malformed(file, "cannot be read as PKCS#7", "export the chain as PEM", e);
    }
  }

  /// The request in a file, whose signature proves that its key was there.
  ///
  /// @throws KeyMaterialException when it holds none, or that proves nothing
  public static PKCS10CertificationRequest request(Path file) throws KeyMaterialException {
    for (Object each : contents(file, PKCS10CertificationRequest::new)) {
      if (each instanceof PKCS10CertificationRequest request) {
        if (!isSound(request)) {
          throw malformed(
              file, "is not signed by the key that it names", "make the request anew", null);
        }
        return request;
      }
    }
    throw malformed(file, "holds no request", "name the file that certctl ca csr wrote", null);
  }

  private static boolean isSound(PKCS10CertificationRequest request) {
    try {
      return request.isSignatureValid(
          new JcaContentVerifierProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(request.getSubjectPublicKeyInfo()));
    } catch (OperatorCreationException | PKCSException e) {
      return false;
    }
  }

  /// Makes a request (RFC 2986) for a key.
  ///
  /// @param extensions what the certificate is wanted with
  public static PKCS10CertificationRequest request(
      X500Name subject, SigningKey key, Extensions extensions) {
    return new PKCS10CertificationRequestBuilder(subject, key.publicKeyInfo())
        .addAttribute(
            org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions)
        .build(new BufferedContentSigner(key));
  }

  /// The CRL in a file. Proves nothing about who signed it.
  ///
  /// @throws KeyMaterialException when it holds none
  public static X509CRLHolder crl(Path file) throws KeyMaterialException {
    for (Object each : contents(file, X509CRLHolder::new)) {
      if (each instanceof X509CRLHolder crl) {
        return crl;
      }
    }
    throw malformed(file, "holds no CRL", "name a file with BEGIN X509 CRL, or DER", null);
  }

  /// Whether a CRL was signed with the key of that certificate, under its name.
  public static boolean isSignedBy(X509CRLHolder crl, X509CertificateHolder issuer) {
    if (!crl.getIssuer().equals(issuer.getSubject())) {
      return false;
    }
    try {
      return crl.isSignatureValid(
          new JcaContentVerifierProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(issuer));
    } catch (OperatorCreationException
        | CertException
        | java.security.cert.CertificateException e) {
      return false;
    }
  }

  /// The PEM text of a request.
  public static String pem(PKCS10CertificationRequest request) {
    return PemFile.text("CERTIFICATE REQUEST", encoded(request));
  }

  private static byte[] encoded(PKCS10CertificationRequest request) {
    try {
      return request.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// The PEM text of a CRL.
  public static String pem(X509CRLHolder crl) {
    try {
      return PemFile.text("X509 CRL", crl.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  @FunctionalInterface
  private interface Der {
    Object read(byte[] octets) throws IOException;
  }

  private static List<Object> contents(Path file, Der der) throws KeyMaterialException {
    try {
      if (!Files.isRegularFile(file)) {
        throw new KeyMaterialException(Fault.MISSING, "there is no file " + file, "check the path");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw malformed(file, "is too large", "check the path", null);
      }
      byte[] octets = Files.readAllBytes(file);
      String text = new String(octets, StandardCharsets.ISO_8859_1);
      if (!text.contains("-----BEGIN ")) {
        return List.of(der.read(octets));
      }
      List<Object> all = new ArrayList<>();
      try (PEMParser parser = new PEMParser(new StringReader(text))) {
        for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
          all.add(each);
        }
      }
      return all;
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      throw malformed(file, "cannot be read as PEM or DER", "check the file with openssl", e);
    }
  }

  private static KeyMaterialException malformed(
      Path file, String what, String hint, @Nullable Exception cause) {
    return cause == null
        ? new KeyMaterialException(Fault.MALFORMED, file + " " + what, hint)
        : new KeyMaterialException(Fault.MALFORMED, file + " " + what, hint, cause);
  }
}
