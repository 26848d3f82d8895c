package org.certctl.pki;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;

/// A certificate's serial number: positive, at most 20 octets (RFC 5280, section 4.1.2.2).
public record SerialNumber(BigInteger value) implements Comparable<SerialNumber> {

  private static final int RANDOM_BITS = 128;
  private static final int RANDOM_BITS_AFTER_TIME = 112;
  private static final int MAX_BITS = 159;

  /// @throws IllegalArgumentException when the value is not positive or needs more than 20 octets
  public SerialNumber {
    if (!isPossible(value)) {
      throw new IllegalArgumentException("a serial number is positive and at most 20 octets long");
    }
  }

  /// Whether a number can be a serial number.
  public static boolean isPossible(BigInteger value) {
    return value.signum() > 0 && value.bitLength() <= MAX_BITS;
  }

  /// A random serial number of 128 bits, so that no two are ever the same in practice.
  public static SerialNumber random(SecureRandom random) {
    BigInteger value;
    do {
      value = new BigInteger(RANDOM_BITS, random);
    } while (value.signum() == 0);
    return new SerialNumber(value);
  }

  /// A serial number that begins with the second, followed by 112 random bits: as hard to guess as
  /// one that is all random, and those made one after the other lie side by side in an index.
  public static SerialNumber next(Instant now, SecureRandom random) {
    return new SerialNumber(
        BigInteger.valueOf(now.getEpochSecond())
            .shiftLeft(RANDOM_BITS_AFTER_TIME)
            .or(new BigInteger(RANDOM_BITS_AFTER_TIME, random)));
  }

  /// Reads the form written by {@link #hex()}; upper case and colons are taken too.
  ///
  /// @throws IllegalArgumentException when the text is no hexadecimal serial number
  public static SerialNumber ofHex(String hex) {
    String digits = hex.replace(":", "");
    if (!digits.matches("[0-9a-fA-F]{1,40}")) {
      throw new IllegalArgumentException("not a hexadecimal serial number");
    }
    return new SerialNumber(new BigInteger(digits, 16));
  }

  /// Lower-case hexadecimal with an even number of digits: the form of logs, audit and REST.
  public String hex() {
    String digits = value.toString(16).toLowerCase(Locale.ROOT);
    return digits.length() % 2 == 0 ? digits : "0" + digits;
  }

  @Override
  public int compareTo(SerialNumber other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return hex();
  }
}
