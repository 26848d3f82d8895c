package org.certctl.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/// Subject alternative names (RFC 5280, section 4.2.1.6) as typed texts such as `DNS:host.example`.
///
/// For people, audit and search; the certificate itself carries the names byte for byte.
public final class SubjectAltNames {

  /// The userPrincipalName otherName of Microsoft.
  public static final ASN1ObjectIdentifier UPN =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3").intern();

  private SubjectAltNames() {}

  /// The names in these extensions, in their order; empty when there is no such extension.
  ///
  /// @throws IllegalArgumentException when the extension cannot be read as GeneralNames
  public static List<String> textsOf(@Nullable Extensions extensions) {
    if (extensions == null) {
      return List.of();
    }
    Extension extension = extensions.getExtension(Extension.subjectAlternativeName);
    if (extension == null) {
      return List.of();
    }
    return textsOf(GeneralNames.getInstance(extension.getParsedValue()));
  }

  /// The names as typed texts, in their order.
  public static List<String> textsOf(GeneralNames names) {
    List<String> texts = new ArrayList<>();
    for (GeneralName name : names.getNames()) {
      texts.add(textOf(name));
    }
    return List.copyOf(texts);
  }

  private static String textOf(GeneralName name) {
    ASN1Encodable value = name.getName();
    return switch (name.getTagNo()) {
      case GeneralName.otherName -> otherName(ASN1Sequence.getInstance(value));
      case GeneralName.rfc822Name -> "email:" + ((ASN1String) value).getString();
      case GeneralName.dNSName -> "DNS:" + ((ASN1String) value).getString();
      case GeneralName.directoryName -> "dirName:" + Names.text(X500Name.getInstance(value));
      case GeneralName.uniformResourceIdentifier -> "URI:" + ((ASN1String) value).getString();
      case GeneralName.iPAddress -> "IP:" + address(ASN1OctetString.getInstance(value).getOctets());
      case GeneralName.registeredID -> "RID:" + value;
      default -> "other(" + name.getTagNo() + ")";
    };
  }

  private static String otherName(ASN1Sequence otherName) {
    return userPrincipalName(otherName)
        .map(upn -> "UPN:" + upn)
        .orElseGet(() -> "otherName:" + otherName.getObjectAt(0));
  }

  /// The text of an otherName that is a user principal name; empty for any other.
  ///
  /// @throws IllegalArgumentException when it is no otherName at all
  static Optional<String> userPrincipalName(ASN1Encodable otherName) {
    ASN1Sequence parts = ASN1Sequence.getInstance(otherName);
    if (parts.size() != 2) {
      throw new IllegalArgumentException("an otherName has a type and a value");
    }
    ASN1ObjectIdentifier type = ASN1ObjectIdentifier.getInstance(parts.getObjectAt(0));
    ASN1Encodable value =
        ASN1TaggedObject.getInstance(parts.getObjectAt(1)).getExplicitBaseObject();
    return type.equals(UPN) && value instanceof ASN1String text
        ? Optional.of(text.getString())
        : Optional.empty();
  }

  /// A user principal name as an otherName.
  public static GeneralName userPrincipalName(String upn) {
    return new GeneralName(
        GeneralName.otherName,
        new DERSequence(
            new ASN1Encodable[] {UPN, new DERTaggedObject(true, 0, new DERUTF8String(upn))}));
  }

  /// Reads a typed text: `dns:`, `email:`, `uri:`, `ip:` or `upn:`, and the name. The type may be
  /// written in either case.
  ///
  /// @throws IllegalArgumentException when it is none of these, with a message that says why
  public static GeneralName parse(String text) {
    int colon = text.indexOf(':');
    String value = text.substring(colon + 1);
    if (colon < 0 || value.isBlank()) {
      throw new IllegalArgumentException("a name is written as dns:host.example");
    }
    return switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "dns" -> ascii(GeneralName.dNSName, value);
      case "email" -> ascii(GeneralName.rfc822Name, value);
      case "uri" -> ascii(GeneralName.uniformResourceIdentifier, value);
      case "ip" -> address(value);
      case "upn" -> userPrincipalName(value);
      default ->
          throw new IllegalArgumentException(
              "there is no kind of name like " + text.substring(0, colon));
    };
  }

  private static GeneralName ascii(int type, String value) {
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "only ASCII without blanks can stand here; write international names as xn--...");
    }
    return new GeneralName(type, value);
  }

  /// GeneralName itself would take a network with its mask too, which names no host.
  private static GeneralName address(String value) {
    if (value.contains("/")) {
      throw new IllegalArgumentException("an address has no mask");
    }
    return new GeneralName(GeneralName.iPAddress, value);
  }

  private static String address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets).getHostAddress();
    } catch (UnknownHostException e) {
      return "(" + octets.length + " octets)";
    }
  }
}
