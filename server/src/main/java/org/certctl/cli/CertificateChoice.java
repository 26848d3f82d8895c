package org.certctl.cli;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.pki.SerialNumber;

/// Finds the certificate that an operator means by a serial number: in hexadecimal as certctl
/// writes it, with colons as openssl does, in decimal, or only its first hexadecimal digits.
final class CertificateChoice {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{1,40}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,48}");
  private static final int SHOWN_WHEN_AMBIGUOUS = 5;

  private final CertificateInventory certificates;

  CertificateChoice(CertificateInventory certificates) {
    this.certificates = certificates;
  }

  /// The one certificate meant, or several when issuers have given the same number.
  ///
  /// A number that is complete wins over one of which these are the first digits, and hexadecimal
  /// over decimal.
  ///
  /// @throws CommandFailedException when the text is no serial number, or there is no such
  ///   certificate, or the first digits fit more than one
  List<CertificateInventory.Entry> find(String text)
      throws CommandFailedException, StoreUnavailableException {
    String plain = text.strip().toLowerCase(Locale.ROOT).replace(":", "");
    boolean mustBeHex = plain.startsWith("0x");
    String digits = mustBeHex ? plain.substring(2) : plain;
    boolean mayBeDecimal = !mustBeHex && DECIMAL.matcher(digits).matches();
    if (!HEX.matcher(digits).matches() && !mayBeDecimal) {
      throw CommandFailedException.usage(
          "SERIAL must be a serial number in hexadecimal or decimal, such as 0a1b2c3d");
    }
    List<CertificateInventory.Entry> found = complete(digits, 16);
    if (found.isEmpty() && mayBeDecimal) {
      found = complete(digits, 10);
    }
    return found.isEmpty() ? byPrefix(digits) : found;
  }

  private List<CertificateInventory.Entry> complete(String digits, int radix)
      throws StoreUnavailableException {
    SerialNumber serialNumber;
    try {
      serialNumber = new SerialNumber(new BigInteger(digits, radix));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
    return certificates.bySerialNumber(serialNumber);
  }

  private List<CertificateInventory.Entry> byPrefix(String digits)
      throws CommandFailedException, StoreUnavailableException {
    List<CertificateInventory.Entry> found =
        certificates.bySerialNumberPrefix(digits, SHOWN_WHEN_AMBIGUOUS + 1);
    List<SerialNumber> different =
        found.stream().map(entry -> entry.certificate().serialNumber()).distinct().toList();
    if (different.isEmpty()) {
      throw new CommandFailedException("there is no certificate with the serial number " + digits);
    }
    if (different.size() > 1) {
      StringBuilder message = new StringBuilder(digits + " fits more than one serial number:");
      different.stream()
          .limit(SHOWN_WHEN_AMBIGUOUS)
          .forEach(serialNumber -> message.append('\n').append(serialNumber.hex()));
      if (different.size() > SHOWN_WHEN_AMBIGUOUS) {
        message.append("\n…");
      }
      throw new CommandFailedException(message.toString());
    }
    return found;
  }
}
