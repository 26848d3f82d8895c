package org.certctl.issuer;

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

/// Where whoever is shown a certificate finds its status and its issuer: what stands in
/// cRLDistributionPoints and authorityInfoAccess (RFC 5280, sections 4.2.1.13 and 4.2.2.1).
///
/// @param crl the CRL; absent when none is published
/// @param issuerCertificate the issuing certificate, DER
/// @param ocsp the OCSP responder; absent when there is none
public record StatusLocations(Optional<URI> crl, URI issuerCertificate, Optional<URI> ocsp) {

  /// The path below which everything is found, on every listener.
  public static final String ROOT = "/.well-known/pki";

  /// The locations of an issuer below the URL that the server is known by.
  ///
  /// @param publicUrl without a slash at its end
  /// @param withOcsp whether OCSP is answered
  public static StatusLocations below(String publicUrl, String issuerId, boolean withOcsp) {
    return new StatusLocations(
        Optional.of(location(publicUrl, "crl", issuerId)),
        location(publicUrl, "ca", issuerId),
        Optional.of(location(publicUrl, "ocsp", issuerId)).filter(_ -> withOcsp));
  }

  /// The same for an issuer that publishes no CRL.
  public StatusLocations withoutCrl() {
    return new StatusLocations(Optional.empty(), issuerCertificate, ocsp);
  }

  private static URI location(String publicUrl, String kind, String issuerId) {
    return URI.create(publicUrl + ROOT + "/" + kind + "/" + issuerId);
  }

  /// The distribution point; absent without a CRL.
  public Optional<CRLDistPoint> distributionPoints() {
    return crl.map(
        location ->
            new CRLDistPoint(
                new DistributionPoint[] {
                  new DistributionPoint(
                      new DistributionPointName(new GeneralNames(name(location))), null, null)
                }));
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
