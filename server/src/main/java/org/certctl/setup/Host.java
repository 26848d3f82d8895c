package org.certctl.setup;

import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/// A name or an address of a server.
///
/// @param text a DNS name, an IPv4 address, or an IPv6 address without brackets
/// @param isAddress whether it is an address
record Host(String text, boolean isAddress) {

  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
              + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");

  /// Reads a host.
  ///
  /// @throws IllegalArgumentException when the text is neither a DNS name nor an address
  static Host of(String text) {
    if (IPAddress.isValidIPv4(text) || IPAddress.isValidIPv6(text)) {
      return new Host(text, true);
    }
    if (DNS_NAME.matcher(text).matches() && !DIGITS_AND_DOTS.matcher(text).matches()) {
      return new Host(text, false);
    }
    throw new IllegalArgumentException("neither a DNS name nor an address: " + text);
  }

  /// How it stands in a subjectAltName (RFC 5280, section 4.2.1.6).
  GeneralName generalName() {
    return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, text);
  }

  /// How it stands in a URL.
  String inUrl() {
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }
}
