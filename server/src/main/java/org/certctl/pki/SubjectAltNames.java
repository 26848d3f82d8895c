package org.certctl.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1TaggedObject;
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
    ASN1ObjectIdentifier type = ASN1ObjectIdentifier.getInstance(otherName.getObjectAt(0));
    ASN1Encodable value =
        ASN1TaggedObject.getInstance(otherName.getObjectAt(1)).getExplicitBaseObject();
    if (type.equals(UPN) && value instanceof ASN1String text) {
      return "UPN:" + text.getString();
    }
    return "otherName:" + type.getId();
  }

  private static String address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets).getHostAddress();
    } catch (UnknownHostException e) {
      return "(" + octets.length + " octets)";
    }
  }
}
