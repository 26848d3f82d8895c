package org.certctl.pki;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/// Distinguished names for people to read.
public final class Names {

  private Names() {}

  /// The name as one line of text, most significant last as in the certificate, e.g. `CN=a,O=b`;
  /// control characters are replaced, so that it is safe in a log line.
  public static String text(X500Name name) {
    return printable(BCStyle.INSTANCE.toString(name));
  }

  /// The first common name in the subject, or an empty text.
  public static String commonName(X500Name name) {
    var commonNames = name.getRDNs(BCStyle.CN);
    if (commonNames.length == 0) {
      return "";
    }
    return printable(IETFUtils.valueToString(commonNames[0].getFirst().getValue()));
  }

  /// The same text with control, format and line-separating characters replaced by `?`.
  public static String printable(String text) {
    return isPlain(text) ? text : replaced(text);
  }

  /// Whether all of it is printable ASCII, as nearly every text is.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static String replaced(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                switch (Character.getType(c)) {
                  case Character.CONTROL,
                      Character.FORMAT,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR,
                      Character.SURROGATE ->
                      '?';
                  default -> c;
                })
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
