package org.certctl.issuer;

import java.math.BigInteger;
import java.net.URI;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.pki.SerialNumber;

/// Where whoever is shown a certificate finds its status and its issuer: what stands in
/// cRLDistributionPoints and authorityInfoAccess (RFC 5280, sections 4.2.1.13 and 4.2.2.1).
///
/// @param crl the CRL of everything; absent when none is published
/// @param crlPartitions into how many partitions certificates are divided, each with a CRL of its
///   own that they name instead; 0 when they are not
/// @param issuerCertificate the issuing certificate, DER
/// @param ocsp the OCSP responder; absent when there is none
public record StatusLocations(
    Optional<URI> crl, int crlPartitions, URI issuerCertificate, Optional<URI> ocsp) {

  /// The path below which everything is found, on every listener.
  public static final String ROOT = "/.well-known/pki";

  /// The locations of an issuer below the URL that the server is known by.
  ///
  /// @param publicUrl without a slash at its end
  /// @param withOcsp whether OCSP is answered
  public static StatusLocations below(String publicUrl, String issuerId, boolean withOcsp) {
    return new StatusLocations(
        Optional.of(location(publicUrl, "crl", issuerId)),
        0,
        location(publicUrl, "ca", issuerId),
        Optional.of(location(publicUrl, "ocsp", issuerId)).filter(_ -> withOcsp));
  }

  /// The same for an issuer that publishes no CRL.
  public StatusLocations withoutCrl() {
    return new StatusLocations(Optional.empty(), 0, issuerCertificate, ocsp);
  }

  /// The same for an issuer that divides what it issues.
  ///
  /// @param partitions how many, 0 to {@link CrlPartition#MAX}
  public StatusLocations withCrlPartitions(int partitions) {
    return new StatusLocations(crl, partitions, issuerCertificate, ocsp);
  }

  /// What stands behind the URL of the CRL of everything in that of another CRL of the issuer.
  ///
  /// @param partition its partition; 0 for everything
  /// @param delta whether it is a delta CRL
  public static String crlSuffix(int partition, boolean delta) {
    return (partition == 0 ? "" : "/" + partition) + (delta ? "/delta" : "");
  }

  private static URI location(String publicUrl, String kind, String issuerId) {
    return URI.create(publicUrl + ROOT + "/" + kind + "/" + issuerId);
  }

  /// The distribution point of a certificate that is in no partition; absent without a CRL.
  public Optional<CRLDistPoint> distributionPoints() {
    return crl.map(whole -> distributionPoints(whole.toString()));
  }

  /// The distribution point of a certificate; absent without a CRL. Serial numbers are random, so
  /// that partitions grow alike.
  public Optional<CRLDistPoint> distributionPoints(SerialNumber serialNumber) {
    int partition =
        crlPartitions == 0
            ? 0
            : 1 + serialNumber.value().mod(BigInteger.valueOf(crlPartitions)).intValue();
    return crl.map(whole -> distributionPoints(whole + crlSuffix(partition, false)));
  }

  /// The one distribution point that is found under this URL.
  public static CRLDistPoint distributionPoints(String location) {
    return new CRLDistPoint(
        new DistributionPoint[] {
          new DistributionPoint(
              new DistributionPointName(
                  new GeneralNames(
                      new GeneralName(GeneralName.uniformResourceIdentifier, location))),
              null,
              null)
        });
  }

  /// OCSP first, which is what most who look here want.
  public AuthorityInformationAccess informationAccess() {
    ASN1EncodableVector methods = new ASN1EncodableVector(2);
    ocsp.ifPresent(
        location ->
            methods.add(new AccessDescription(AccessDescription.id_ad_ocsp, name(location))));
    methods.add(new AccessDescription(AccessDescription.id_ad_caIssuers, name(issuerCertificate)));
    return AuthorityInformationAccess.getInstance(new DERSequence(methods));
  }

  private static GeneralName name(URI location) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, location.toString());
  }
}
