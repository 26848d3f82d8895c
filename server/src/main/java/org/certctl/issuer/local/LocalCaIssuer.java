package org.certctl.issuer.local;

import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.Issuer;
import org.certctl.issuer.IssuerChain;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.profile.ApprovedRequest;

/// The built-in CA: signs with a key of this server.
///
/// The same order gives the same to-be-signed certificate, so a repeat after a crash makes no
/// second one: with an RSA key even the octets are the same.
public final class LocalCaIssuer implements Issuer, IssuerChain, CrlSigner {

  private final String id;
  private final List<IssuedCertificate> chain;
  private final Signer signer;
  private final byte[] authorityKeyIdentifier;
  private final Optional<StatusLocations> locations;

  /// @param id the issuer's id
  /// @param chain the issuing certificate first, the root last
  /// @param signer the key of the issuing certificate
  /// @throws IllegalArgumentException when the chain is empty
  public LocalCaIssuer(String id, List<IssuedCertificate> chain, Signer signer) {
    this(id, chain, signer, Optional.empty());
  }

  /// The same, with what its certificates say about where to find their status and their issuer.
  public LocalCaIssuer(
      String id,
      List<IssuedCertificate> chain,
      Signer signer,
      Optional<StatusLocations> locations) {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a CA has a certificate");
    }
    this.id = id;
    this.chain = List.copyOf(chain);
    this.signer = signer;
    this.locations = locations.map(known -> maySignCrls() ? known : known.withoutCrl());
    this.authorityKeyIdentifier = keyIdentifier(chain.getFirst());
  }

  private static byte[] keyIdentifier(IssuedCertificate issuing) {
    Extension extension = issuing.holder().getExtension(Extension.subjectKeyIdentifier);
    return extension == null
        ? keyIdentifier(issuing.holder().getSubjectPublicKeyInfo())
        : SubjectKeyIdentifier.getInstance(extension.getParsedValue()).getKeyIdentifier();
  }

  /// SHA-1 of the key's bits (RFC 5280, section 4.2.1.2, method 1): a name, not a protection.
  private static byte[] keyIdentifier(SubjectPublicKeyInfo key) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(key.getPublicKeyData().getBytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public List<IssuedCertificate> chain() {
    return chain;
  }

  @Override
  public IssuedCertificate crlIssuer() {
    return chain.getFirst();
  }

  @Override
  public byte[] authorityKeyIdentifier() {
    return authorityKeyIdentifier.clone();
  }

  @Override
  public Optional<String> crlLocation() {
    return locations.flatMap(StatusLocations::crl).map(URI::toString);
  }

  @Override
  public int crlPartitions() {
    return locations.map(StatusLocations::crlPartitions).orElse(0);
  }

  @Override
  public AlgorithmIdentifier crlSignatureAlgorithm() {
    return signer.algorithm();
  }

  @Override
  public Signer.Signing beginCrl() throws SigningUnavailableException {
    return signer.begin();
  }

  @Override
  public IssueResult issue(IssueOrder order) {
    if (!order.request().redeem()) {
      throw new IllegalStateException("approved request " + order.key() + " was redeemed before");
    }
    try {
      TBSCertificate toBeSigned = toBeSigned(order);
      byte[] signature = signer.sign(toBeSigned.getEncoded(ASN1Encoding.DER));
      ASN1EncodableVector certificate = new ASN1EncodableVector();
      certificate.add(toBeSigned);
      certificate.add(signer.algorithm());
      certificate.add(new DERBitString(signature));
      return new IssueResult.Issued(
          IssuedCertificate.ofDer(new DERSequence(certificate).getEncoded(ASN1Encoding.DER)));
    } catch (SigningUnavailableException e) {
      return new IssueResult.Unavailable("the CA key cannot be used: " + e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  private TBSCertificate toBeSigned(IssueOrder order) throws IOException {
    ApprovedRequest request = order.request();
    V3TBSCertificateGenerator certificate = new V3TBSCertificateGenerator();
    certificate.setSerialNumber(new ASN1Integer(order.serialNumber().value()));
    certificate.setSignature(signer.algorithm());
    certificate.setIssuer(chain.getFirst().holder().getSubject());
    certificate.setStartDate(new Time(Date.from(request.notBefore())));
    certificate.setEndDate(new Time(Date.from(request.notAfter())));
    certificate.setSubject(request.subject());
    certificate.setSubjectPublicKeyInfo(request.subjectPublicKeyInfo());
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    for (ASN1ObjectIdentifier type : request.extensions().getExtensionOIDs()) {
      extensions.addExtension(request.extensions().getExtension(type));
    }
    extensions.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new SubjectKeyIdentifier(keyIdentifier(request.subjectPublicKeyInfo())));
    extensions.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier(authorityKeyIdentifier));
    if (locations.isPresent()) {
      addLocations(extensions, locations.get(), order.serialNumber());
    }
    certificate.setExtensions(extensions.generate());
    return certificate.generateTBSCertificate();
  }

  private static void addLocations(
      ExtensionsGenerator extensions, StatusLocations locations, SerialNumber serialNumber)
      throws IOException {
    Optional<CRLDistPoint> distributionPoints = locations.distributionPoints(serialNumber);
    if (distributionPoints.isPresent()) {
      extensions.addExtension(Extension.cRLDistributionPoints, false, distributionPoints.get());
    }
    extensions.addExtension(Extension.authorityInfoAccess, false, locations.informationAccess());
  }
}
