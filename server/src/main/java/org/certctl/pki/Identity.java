package org.certctl.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UniversalString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/// Whom a certificate names, decoded: two encodings of the same names are equal, and nothing else
/// is.
///
/// What is compared, and how:
///
/// - the subject, part by part: attribute types as object identifiers, values as text, code point
///   by code point, whatever string type they came in; neither case nor blanks are evened out;
/// - the subject alternative names as a set: DNS names, user principal names and the part of an
///   e-mail address after the last `@` without regard to the case of A to Z; the rest of an e-mail
///   address and URIs code point by code point; IP addresses by their octets;
/// - names of every other kind by their DER octets.
///
/// @param subject the relative distinguished names in their order, each a set of attributes
/// @param names the subject alternative names
public record Identity(List<Set<Attribute>> subject, Set<Name> names) {

  /// An attribute of the subject.
  ///
  /// @param type the object identifier
  /// @param isText whether the value is a text; otherwise it stands for DER octets in hexadecimal
  /// @param value the value
  public record Attribute(String type, boolean isText, String value) {}

  /// A subject alternative name.
  ///
  /// @param kind the choice of GeneralName, or `upn`
  /// @param value what is compared
  public record Name(String kind, String value) {}

  /// Takes copies.
  public Identity {
    subject = subject.stream().map(Set::copyOf).toList();
    names = Set.copyOf(names);
  }

  /// Decodes a subject and subject alternative names.
  ///
  /// @throws IllegalArgumentException when a name cannot be read
  public static Identity of(X500Name subject, Optional<GeneralNames> names) {
    try {
      List<Set<Attribute>> parts = new ArrayList<>();
      for (RDN part : subject.getRDNs()) {
        Set<Attribute> attributes = new HashSet<>();
        for (AttributeTypeAndValue attribute : part.getTypesAndValues()) {
          attributes.add(attribute(attribute));
        }
        parts.add(attributes);
      }
      Set<Name> decoded = new HashSet<>();
      for (GeneralName name : names.map(GeneralNames::getNames).orElse(new GeneralName[0])) {
        decoded.add(name(name));
      }
      return new Identity(parts, decoded);
    } catch (IOException | ClassCastException | IllegalStateException e) {
      throw new IllegalArgumentException("a name cannot be read", e);
    }
  }

  /// Decodes whom a request asks to be named.
  ///
  /// @throws IllegalArgumentException when a name cannot be read
  public static Identity of(CertificateRequest request) {
    Optional<GeneralNames> names =
        request.extensions().flatMap(Identity::subjectAltNames).map(GeneralNames::getInstance);
    return of(request.subject(), names);
  }

  private static Optional<ASN1Encodable> subjectAltNames(Extensions extensions) {
    return Optional.ofNullable(extensions.getExtension(Extension.subjectAlternativeName))
        .map(Extension::getParsedValue);
  }

  /// Whether both name the same: every name of one is a name of the other, and the subjects are the
  /// same in the same order or in the reverse one. RFC 4514 writes names from the last part to the
  /// first, and most tools do not.
  public boolean matches(Identity other) {
    return names.equals(other.names)
        && (subject.equals(other.subject) || subject.equals(other.subject.reversed()));
  }

  private static Attribute attribute(AttributeTypeAndValue attribute) throws IOException {
    ASN1Encodable value = attribute.getValue();
    boolean isText = value.toASN1Primitive() instanceof ASN1String;
    return new Attribute(attribute.getType().getId(), isText, isText ? text(value) : hex(value));
  }

  private static Name name(GeneralName name) throws IOException {
    ASN1Encodable value = name.getName();
    return switch (name.getTagNo()) {
      case GeneralName.dNSName -> new Name("dns", withoutCase(text(value)));
      case GeneralName.rfc822Name -> new Name("email", address(text(value)));
      case GeneralName.uniformResourceIdentifier -> new Name("uri", text(value));
      case GeneralName.iPAddress ->
          new Name("ip", HexFormat.of().formatHex(ASN1OctetString.getInstance(value).getOctets()));
      case GeneralName.otherName ->
          SubjectAltNames.userPrincipalName(value)
              .map(upn -> new Name("upn", withoutCase(upn)))
              .orElse(new Name("other", hex(name)));
      default -> new Name("other", hex(name));
    };
  }

  /// The text of any string type; one that is no string has no text.
  private static String text(ASN1Encodable value) {
    if (value instanceof ASN1UniversalString universal) {
      return new String(universal.getOctets(), StandardCharsets.UTF_32BE);
    }
    return ((ASN1String) value).getString();
  }

  private static String hex(ASN1Encodable value) throws IOException {
    return HexFormat.of().formatHex(value.toASN1Primitive().getEncoded(ASN1Encoding.DER));
  }

  private static String address(String email) {
    int domain = email.lastIndexOf('@') + 1;
    return email.substring(0, domain) + withoutCase(email.substring(domain));
  }

  /// A to Z become a to z; no other letter changes, so that no two names fall together that only
  /// look alike.
  private static String withoutCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c);
    }
    return lower.toString();
  }
}
