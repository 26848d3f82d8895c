package org.certctl.enroll;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;

/// The texts that certificates are found by, in the one form in which they are compared: lower
/// case, a subject without the `CN=` that it begins with.
public final class CertificateNames {

  /// No key is longer than this; what is longer is found by its beginning and then compared.
  public static final int MAX_KEY_CHARS = 128;

  private static final String COMMON_NAME = "cn=";
  private static final Set<String> TYPES =
      Set.of("dns", "email", "uri", "ip", "upn", "dirname", "rid", "othername");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*");

  private CertificateNames() {}

  /// The keys of a certificate: of its common name, subject and subject alternative names; none is
  /// empty.
  public static Set<String> keys(IssuedCertificate certificate) {
    Set<String> keys = new LinkedHashSet<>();
    subjects(certificate).forEach(subject -> keys.add(key(subject)));
    certificate.subjectAltNames().forEach(name -> keys.add(key(withoutType(lower(name)))));
    keys.remove("");
    return keys;
  }

  /// The keys of a certificate with those of its device and transaction.
  public static Set<String> keys(Set<String> ofCertificate, String device, String transaction) {
    Set<String> keys = new LinkedHashSet<>(ofCertificate);
    keys.add(key(lower(device)));
    keys.add(key(lower(transaction)));
    keys.remove("");
    return keys;
  }

  /// The beginning of a text that was brought to the form of comparison.
  static String key(String text) {
    if (text.length() <= MAX_KEY_CHARS) {
      return text;
    }
    boolean splitsAPair = Character.isHighSurrogate(text.charAt(MAX_KEY_CHARS - 1));
    return text.substring(0, splitsAPair ? MAX_KEY_CHARS - 1 : MAX_KEY_CHARS);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /// A subject or common name, or the beginning of one, in the form of comparison.
  static String subject(String text) {
    String lower = lower(text);
    return lower.startsWith(COMMON_NAME) ? lower.substring(COMMON_NAME.length()) : lower;
  }

  /// The common name and the whole subject in the form of comparison.
  static List<String> subjects(IssuedCertificate certificate) {
    return Stream.of(Names.commonName(certificate.holder().getSubject()), certificate.subjectText())
        .map(CertificateNames::subject)
        .distinct()
        .toList();
  }

  /// A subject alternative name as somebody writes it, with its type (`dns:`) or without, in the
  /// form of comparison.
  static String altName(String text) {
    String lower = lower(text);
    String value = withoutKnownType(lower);
    String type = lower.substring(0, lower.length() - value.length());
    return IPV6.matcher(value).matches() ? type + address(value) : lower;
  }

  static boolean isNamed(IssuedCertificate certificate, String altName) {
    return certificate.subjectAltNames().stream()
        .map(CertificateNames::lower)
        .anyMatch(name -> name.equals(altName) || withoutType(name).equals(altName));
  }

  static String withoutKnownType(String altName) {
    int colon = altName.indexOf(':');
    return colon > 0 && TYPES.contains(altName.substring(0, colon))
        ? altName.substring(colon + 1)
        : altName;
  }

  private static String withoutType(String altName) {
    return altName.substring(altName.indexOf(':') + 1);
  }

  private static String address(String literal) {
    try {
      return InetAddress.ofLiteral(literal).getHostAddress();
    } catch (IllegalArgumentException e) {
      return literal;
    }
  }
}
