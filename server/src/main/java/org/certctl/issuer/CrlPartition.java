package org.certctl.issuer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.pki.IssuedCertificate;

/// The part of an issuer's certificates whose revocations stand in a CRL of their own.
///
/// @param issuerId the issuer
/// @param number from 1 to {@link #MAX}
/// @param location the URL of that CRL, as it stands in certificates
public record CrlPartition(String issuerId, int number, String location) {

  /// So many partitions may an issuer have.
  public static final int MAX = 128;

  private static final Pattern LOCATION =
      Pattern.compile(
          ".+" + Pattern.quote(StatusLocations.ROOT) + "/crl/([a-z0-9-]{1,64})/([1-9][0-9]{0,2})");

  /// The partition whose CRL a certificate names in cRLDistributionPoints (RFC 5280, section
  /// 4.2.1.13); absent when it names another, or none.
  public static Optional<CrlPartition> namedBy(IssuedCertificate certificate) {
    Extension extension = certificate.holder().getExtension(Extension.cRLDistributionPoints);
    if (extension == null) {
      return Optional.empty();
    }
    return Stream.of(CRLDistPoint.getInstance(extension.getParsedValue()).getDistributionPoints())
        .flatMap(point -> Stream.ofNullable(point.getDistributionPoint()))
        .filter(name -> name.getType() == DistributionPointName.FULL_NAME)
        .flatMap(name -> Stream.of(GeneralNames.getInstance(name.getName()).getNames()))
        .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
        .map(name -> LOCATION.matcher(name.getName().toString()))
        .filter(Matcher::matches)
        .map(
            match ->
                new CrlPartition(match.group(1), Integer.parseInt(match.group(2)), match.group()))
        .filter(partition -> partition.number() <= MAX)
        .findFirst();
  }
}
