package org.certctl.challenge.connector;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Names;
import org.certctl.pki.SubjectAltNames;
import org.jspecify.annotations.Nullable;

/// The names that a request asks for, by dimension, decoded from the ASN.1 and not from any text.
///
/// @param names every dimension, those without names too
/// @param others names of kinds that no claim can allow, such as addresses, as texts
record BoundNames(Map<Dimension, Set<String>> names, List<String> others) {

  /// @throws IllegalArgumentException when the names cannot be read
  static BoundNames of(CertificateRequest request) {
    try {
      return of(request.subject(), subjectAltNames(request));
    } catch (ClassCastException | IllegalStateException e) {
      throw new IllegalArgumentException("the names in the request cannot be read", e);
    }
  }

  /// @throws IllegalArgumentException when the names cannot be read
  static BoundNames of(X500Name subject, GeneralName[] subjectAltNames) {
    Map<Dimension, Set<String>> names = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      names.put(dimension, new TreeSet<>());
    }
    List<String> others = new ArrayList<>();
    BoundNames found = new BoundNames(names, others);
    try {
      for (RDN rdn : subject.getRDNs()) {
        for (AttributeTypeAndValue part : rdn.getTypesAndValues()) {
          if (part.getType().equals(BCStyle.CN)) {
            found.put(Dimension.COMMON_NAME, text(part.getValue()));
          }
        }
      }
      for (GeneralName name : subjectAltNames) {
        found.put(name);
      }
    } catch (ClassCastException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the names in the request cannot be read", e);
    }
    return found;
  }

  private static GeneralName[] subjectAltNames(CertificateRequest request) {
    @Nullable Extensions extensions = request.extensions().orElse(null);
    @Nullable Extension extension =
        extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
    return extension == null
        ? new GeneralName[0]
        : GeneralNames.getInstance(extension.getParsedValue()).getNames();
  }

  private void put(GeneralName name) {
    ASN1Encodable value = name.getName();
    switch (name.getTagNo()) {
      case GeneralName.dNSName -> put(Dimension.DNS, text(value));
      case GeneralName.rfc822Name -> put(Dimension.EMAIL, text(value));
      case GeneralName.uniformResourceIdentifier -> put(Dimension.URI, text(value));
      case GeneralName.otherName -> putOther(ASN1Sequence.getInstance(value));
      default -> others.addAll(SubjectAltNames.textsOf(new GeneralNames(name)));
    }
  }

  private void putOther(ASN1Sequence otherName) {
    ASN1ObjectIdentifier type = ASN1ObjectIdentifier.getInstance(otherName.getObjectAt(0));
    if (type.equals(SubjectAltNames.UPN)) {
      put(
          Dimension.UPN,
          text(ASN1TaggedObject.getInstance(otherName.getObjectAt(1)).getExplicitBaseObject()));
    } else {
      others.add("otherName:" + type.getId());
    }
  }

  private void put(Dimension dimension, String name) {
    names.computeIfAbsent(dimension, _ -> new TreeSet<>()).add(comparable(dimension, name));
  }

  private static String text(ASN1Encodable value) {
    if (value.toASN1Primitive() instanceof ASN1String text) {
      return text.getString();
    }
    throw new IllegalArgumentException("a name in the request is no text");
  }

  /// The form in which names of a dimension are compared: octet for octet, but DNS names, in which
  /// the case of letters means nothing (RFC 4343).
  static String comparable(Dimension dimension, String name) {
    return dimension == Dimension.DNS ? asciiLowerCase(name) : name;
  }

  private static String asciiLowerCase(String name) {
    // Not of the whole of Unicode: a Kelvin sign must not become a k.
    return name.chars().allMatch(c -> c < 0x80) ? name.toLowerCase(Locale.ROOT) : name;
  }

  /// All of them as one line of text.
  String text() {
    String text = text(names);
    String rest = String.join(",", others);
    return Names.printable(text.isEmpty() || rest.isEmpty() ? text + rest : text + "; " + rest);
  }

  /// Names by dimension as one line of text, e.g. `CN=a; DNS=x,y`.
  static String text(Map<Dimension, Set<String>> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(
        (dimension, values) -> {
          if (!values.isEmpty()) {
            text.append(text.isEmpty() ? "" : "; ").append(dimension.label()).append('=');
            text.append(String.join(",", new TreeSet<>(values)));
          }
        });
    return text.toString();
  }
}
