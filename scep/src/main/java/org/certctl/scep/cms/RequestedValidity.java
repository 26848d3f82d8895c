package org.certctl.scep.cms;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.cms.Attribute;

/// How long a certificate is wanted for, as Windows and Intune write it into a PKCS#10: the
/// enrollment name-value pairs `ValidityPeriod` (a unit) and `ValidityPeriodUnits` (a number),
/// attribute 1.3.6.1.4.1.311.13.2.1 of MS-WCCE, section 2.2.2.7.10.
///
/// It is a hint and nothing else: what cannot be read counts as not said.
final class RequestedValidity {

  private static final ASN1ObjectIdentifier NAME_VALUE_PAIR =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.13.2.1");

  private static final Map<String, Duration> UNITS =
      Map.of(
          "seconds", Duration.ofSeconds(1),
          "minutes", Duration.ofMinutes(1),
          "hours", Duration.ofHours(1),
          "days", Duration.ofDays(1),
          "weeks", Duration.ofDays(7),
          "months", Duration.ofDays(30),
          "years", Duration.ofDays(365));

  private RequestedValidity() {}

  static Optional<Duration> in(List<Attribute> attributes) {
    Map<String, String> pairs = new HashMap<>();
    for (Attribute attribute : attributes) {
      if (attribute.getAttrType().equals(NAME_VALUE_PAIR)) {
        for (ASN1Encodable value : attribute.getAttrValues()) {
          read(value, pairs);
        }
      }
    }
    Duration unit = UNITS.get(pairs.getOrDefault("validityperiod", ""));
    String count = pairs.getOrDefault("validityperiodunits", "");
    return unit == null || !count.matches("[1-9][0-9]{0,5}")
        ? Optional.empty()
        : Optional.of(unit.multipliedBy(Long.parseLong(count)));
  }

  private static void read(ASN1Encodable value, Map<String, String> pairs) {
    if (value.toASN1Primitive() instanceof ASN1Sequence pair
        && pair.size() == 2
        && pair.getObjectAt(0).toASN1Primitive() instanceof ASN1String name
        && pair.getObjectAt(1).toASN1Primitive() instanceof ASN1String text) {
      pairs.putIfAbsent(
          name.getString().toLowerCase(Locale.ROOT),
          text.getString().strip().toLowerCase(Locale.ROOT));
    }
  }
}
