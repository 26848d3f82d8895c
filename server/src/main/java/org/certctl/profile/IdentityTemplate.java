package org.certctl.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.SubjectAltNames;

/// Names a certificate in the operator's way, with values that the request has: `CN={CN},O=Corp`.
///
/// A value is `{TYPE}`: an attribute of the requested subject (`{CN}`, `{SERIALNUMBER}`) or a kind
/// of subject alternative name (`{DNS}`, `{UPN}`, `{EMAIL}`, `{URI}`, `{IP}`); the first of its
/// kind counts. What the request has besides is left out.
public final class IdentityTemplate {

  /// A request lacks a value, or has one that cannot stand where the template wants it.
  public static final class UnfitRequestException extends Exception {
    UnfitRequestException(String message) {
      super(message);
    }
  }

  private static final Pattern VALUE = Pattern.compile("\\{([A-Za-z0-9.]{1,40})}");
  private static final int MAX_VALUE_CHARS = 512;
  private static final IdentityTemplate NONE = new IdentityTemplate(Optional.empty(), List.of());

  private final Optional<X500Name> subject;
  private final List<String> names;

  private IdentityTemplate(Optional<X500Name> subject, List<String> names) {
    this.subject = subject;
    this.names = List.copyOf(names);
  }

  /// Keeps all names as requested.
  public static IdentityTemplate none() {
    return NONE;
  }

  /// A template for the subject, for the subject alternative names, or for both.
  ///
  /// @param subject such as `CN={CN},O=Corp`; absent to keep the requested subject
  /// @param names such as `dns:{CN}.example.com`; empty to keep the requested names
  /// @throws IllegalArgumentException when a part cannot be read, with a message that says why
  public static IdentityTemplate of(Optional<String> subject, List<String> names) {
    if (subject.isEmpty() && names.isEmpty()) {
      return NONE;
    }
    Optional<X500Name> parsed = subject.map(IdentityTemplate::subject);
    for (String name : names) {
      String kind = name.substring(0, Math.max(0, name.indexOf(':')));
      requireKnown(name);
      var _ =
          SubjectAltNames.parse(
              VALUE.matcher(name).replaceAll(kind.equalsIgnoreCase("ip") ? "192.0.2.1" : "x"));
    }
    return new IdentityTemplate(parsed, names);
  }

  private static X500Name subject(String text) {
    X500Name name = new X500Name(BCStyle.INSTANCE, text);
    if (name.getRDNs().length == 0) {
      throw new IllegalArgumentException("it names nothing");
    }
    for (RDN rdn : name.getRDNs()) {
      for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
        requireKnown(IETFUtils.valueToString(attribute.getValue()));
      }
    }
    return name;
  }

  private static void requireKnown(String text) {
    VALUE.matcher(text).results().forEach(value -> requireKnownValue(value.group(1)));
    if (VALUE.matcher(text).replaceAll("").matches(".*[{}].*")) {
      throw new IllegalArgumentException("a value is written as {CN} or {DNS}");
    }
  }

  private static void requireKnownValue(String value) {
    if (kind(value).isEmpty()) {
      // Throws for what is no type of an attribute.
      var _ = BCStyle.INSTANCE.attrNameToOID(value);
    }
  }

  private static Optional<NameKind> kind(String value) {
    return switch (value.toUpperCase(Locale.ROOT)) {
      case "DNS" -> Optional.of(NameKind.DNS);
      case "UPN" -> Optional.of(NameKind.UPN);
      case "EMAIL" -> Optional.of(NameKind.EMAIL);
      case "URI" -> Optional.of(NameKind.URI);
      case "IP" -> Optional.of(NameKind.IP);
      default -> Optional.empty();
    };
  }

  /// The request under the names of the template; the same when the template is empty.
  ///
  /// @throws UnfitRequestException when the request lacks a value, or names cannot be made of it
  public CertificateRequest applyTo(CertificateRequest request) throws UnfitRequestException {
    if (subject.isEmpty() && names.isEmpty()) {
      return request;
    }
    try {
      return new CertificateRequest(
          request.digest(),
          subject.isPresent() ? filled(subject.get(), request) : request.subject(),
          request.subjectPublicKeyInfo(),
          names.isEmpty() ? request.extensions() : Optional.of(withNames(request)),
          request.validity());
    } catch (IllegalArgumentException | ClassCastException | IllegalStateException e) {
      throw new UnfitRequestException("the names of the request do not fit the template");
    }
  }

  private static X500Name filled(X500Name template, CertificateRequest request)
      throws UnfitRequestException {
    X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
    for (RDN rdn : template.getRDNs()) {
      AttributeTypeAndValue[] attributes = rdn.getTypesAndValues();
      ASN1ObjectIdentifier[] types = new ASN1ObjectIdentifier[attributes.length];
      String[] values = new String[attributes.length];
      for (int i = 0; i < attributes.length; i++) {
        types[i] = attributes[i].getType();
        values[i] = filled(IETFUtils.valueToString(attributes[i].getValue()), request);
      }
      builder.addMultiValuedRDN(types, values);
    }
    return builder.build();
  }

  private Extensions withNames(CertificateRequest request) throws UnfitRequestException {
    List<GeneralName> made = new ArrayList<>();
    for (String name : names) {
      made.add(SubjectAltNames.parse(filled(name, request)));
    }
    List<Extension> all = new ArrayList<>();
    request
        .extensions()
        .ifPresent(
            extensions -> {
              for (ASN1ObjectIdentifier type : extensions.getExtensionOIDs()) {
                if (!type.equals(Extension.subjectAlternativeName)) {
                  all.add(extensions.getExtension(type));
                }
              }
            });
    all.add(
        new Extension(
            Extension.subjectAlternativeName,
            false,
            new DEROctetString(encoded(new GeneralNames(made.toArray(GeneralName[]::new))))));
    return new Extensions(all.toArray(Extension[]::new));
  }

  private static byte[] encoded(GeneralNames names) {
    try {
      return names.getEncoded("DER");
    } catch (java.io.IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  private static String filled(String template, CertificateRequest request)
      throws UnfitRequestException {
    Matcher value = VALUE.matcher(template);
    StringBuilder text = new StringBuilder();
    while (value.find()) {
      String found = value(value.group(1), request);
      value.appendReplacement(text, Matcher.quoteReplacement(found));
    }
    value.appendTail(text);
    if (text.length() > MAX_VALUE_CHARS) {
      throw new UnfitRequestException("a name would be longer than " + MAX_VALUE_CHARS);
    }
    return text.toString();
  }

  private static String value(String name, CertificateRequest request)
      throws UnfitRequestException {
    Function<NameKind, Optional<String>> alternative = kind -> first(kind, request);
    Optional<NameKind> kind = kind(name);
    Optional<String> value =
        kind.isPresent() ? kind.flatMap(alternative) : attribute(name, request.subject());
    return value
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () -> new UnfitRequestException("the template needs {" + name + "}, which is missing"));
  }

  private static Optional<String> attribute(String name, X500Name subject) {
    RDN[] found = subject.getRDNs(BCStyle.INSTANCE.attrNameToOID(name));
    if (found.length == 0) {
      return Optional.empty();
    }
    ASN1ObjectIdentifier type = BCStyle.INSTANCE.attrNameToOID(name);
    for (AttributeTypeAndValue attribute : found[0].getTypesAndValues()) {
      if (attribute.getType().equals(type)
          && attribute.getValue() instanceof org.bouncycastle.asn1.ASN1String text) {
        return Optional.of(text.getString());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> first(NameKind kind, CertificateRequest request) {
    Extensions extensions = request.extensions().orElse(null);
    Extension extension =
        extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
    if (extension == null) {
      return Optional.empty();
    }
    GeneralNames names = GeneralNames.getInstance(extension.getParsedValue());
    List<String> texts = SubjectAltNames.textsOf(names);
    for (int i = 0; i < texts.size(); i++) {
      if (NameKind.of(names.getNames()[i], texts.get(i)) == kind) {
        String text = texts.get(i);
        return Optional.of(text.substring(text.indexOf(':') + 1));
      }
    }
    return Optional.empty();
  }
}
