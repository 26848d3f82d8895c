package org.certctl.pki;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.bouncycastle.cert.X509CertificateHolder;

/// The name constraints of a CA and of those above it (RFC 5280, section 4.2.1.10): which names may
/// stand in the certificates below.
///
/// Judges as the strictest verifiers do: what one of them would reject is not allowed, for example
/// an e-mail address in the subject, a host name in a common name beside no dNSName, or a URI
/// without a host. Cannot change; safe to use from many threads.
public final class CaNameConstraints {

  private static final Set<Integer> JUDGED =
      Set.of(
          GeneralName.dNSName,
          GeneralName.rfc822Name,
          GeneralName.directoryName,
          GeneralName.uniformResourceIdentifier,
          GeneralName.iPAddress);
  private static final Pattern HOST_NAME = Pattern.compile("(?i)[a-z0-9_-]+(\\.[a-z0-9_-]+)+\\.?");
  private static final Pattern URI_HOST =
      Pattern.compile(
          "[A-Za-z][A-Za-z0-9+.-]*://([^/?#@]*@)?([A-Za-z0-9._-]*[A-Za-z_-][A-Za-z0-9._-]*)"
              + "(:[0-9]*)?([/?#].*)?");
  private static final int MAX_SHOWN_CHARS = 100;

  private final PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
  private final Set<Integer> constrained = new HashSet<>();

  private CaNameConstraints() {}

  /// No constraints.
  public static CaNameConstraints none() {
    return new CaNameConstraints();
  }

  /// Those of all certificates of a chain together.
  ///
  /// @throws IllegalArgumentException when one of them cannot be read
  public static CaNameConstraints of(List<X509CertificateHolder> chain) {
    CaNameConstraints all = new CaNameConstraints();
    for (X509CertificateHolder certificate : chain) {
      in(certificate).ifPresent(all::add);
    }
    return all;
  }

  /// These together.
  public static CaNameConstraints of(NameConstraints... constraints) {
    CaNameConstraints all = new CaNameConstraints();
    for (NameConstraints each : constraints) {
      all.add(each);
    }
    return all;
  }

  /// Those that stand in a certificate; absent when there are none.
  ///
  /// @throws IllegalArgumentException when they cannot be read
  public static Optional<NameConstraints> in(X509CertificateHolder certificate) {
    Extensions extensions = certificate.getExtensions();
    Extension extension =
        extensions == null ? null : extensions.getExtension(Extension.nameConstraints);
    return Optional.ofNullable(extension)
        .map(found -> NameConstraints.getInstance(found.getParsedValue()));
  }

  private void add(NameConstraints constraints) {
    GeneralSubtree[] permitted = constraints.getPermittedSubtrees();
    GeneralSubtree[] excluded = constraints.getExcludedSubtrees();
    if (permitted != null && permitted.length > 0) {
      note(permitted);
      validator.intersectPermittedSubtree(judged(permitted));
    }
    if (excluded != null) {
      note(excluded);
      for (GeneralSubtree each : judged(excluded)) {
        validator.addExcludedSubtree(each);
      }
    }
  }

  private void note(GeneralSubtree[] subtrees) {
    for (GeneralSubtree each : subtrees) {
      constrained.add(each.getBase().getTagNo());
    }
  }

  /// Those of kinds that can be compared; names of other constrained kinds are never allowed.
  private static GeneralSubtree[] judged(GeneralSubtree[] subtrees) {
    List<GeneralSubtree> judged = new ArrayList<>();
    for (GeneralSubtree each : subtrees) {
      GeneralName base = each.getBase();
      if (JUDGED.contains(base.getTagNo())) {
        judged.add(new GeneralSubtree(withoutLeadingDot(base)));
      }
    }
    return judged.toArray(GeneralSubtree[]::new);
  }

  /// For DNS names the dot that some write before a domain means nothing (unlike for others).
  private static GeneralName withoutLeadingDot(GeneralName base) {
    String text = base.getTagNo() == GeneralName.dNSName ? base.getName().toString() : "";
    return text.startsWith(".") ? new GeneralName(GeneralName.dNSName, text.substring(1)) : base;
  }

  /// The names of a certificate that are not allowed, in words; empty when all are.
  ///
  /// @param names the subject alternative names; absent when there are none
  public List<String> notAllowed(X500Name subject, Optional<GeneralNames> names) {
    if (constrained.isEmpty()) {
      return List.of();
    }
    List<GeneralName> all = new ArrayList<>();
    if (subject.getRDNs().length > 0) {
      all.add(new GeneralName(subject));
    }
    List<GeneralName> alternative =
        names.map(GeneralNames::getNames).map(List::of).orElse(List.of());
    all.addAll(alternative);
    boolean namesHosts =
        alternative.stream().anyMatch(name -> name.getTagNo() == GeneralName.dNSName);
    addSubjectParts(subject, namesHosts, all);
    List<String> wrong = new ArrayList<>();
    for (GeneralName name : all) {
      if (constrained.contains(name.getTagNo()) && !isAllowed(name)) {
        String text = Names.printable(SubjectAltNames.textsOf(new GeneralNames(name)).getFirst());
        wrong.add(
            text.length() > MAX_SHOWN_CHARS ? text.substring(0, MAX_SHOWN_CHARS) + "…" : text);
      }
    }
    return List.copyOf(wrong);
  }

  /// What verifiers take from the subject: e-mail addresses, and host names where no dNSName is.
  private static void addSubjectParts(X500Name subject, boolean namesHosts, List<GeneralName> all) {
    for (RDN part : subject.getRDNs()) {
      for (AttributeTypeAndValue each : part.getTypesAndValues()) {
        String value = IETFUtils.valueToString(each.getValue()).replace("\\", "");
        if (each.getType().equals(BCStyle.E)) {
          all.add(new GeneralName(GeneralName.rfc822Name, ascii(value)));
        } else if (each.getType().equals(BCStyle.CN)
            && !namesHosts
            && HOST_NAME.matcher(value).matches()) {
          all.add(new GeneralName(GeneralName.dNSName, value));
        }
      }
    }
  }

  /// An address that is not ASCII is within no constraint.
  private static String ascii(String value) {
    return value.chars().allMatch(c -> c > ' ' && c < 0x7f) ? value : "?";
  }

  private boolean isAllowed(GeneralName name) {
    if (!JUDGED.contains(name.getTagNo()) || !isReadable(name)) {
      return false;
    }
    try {
      validator.checkPermitted(name);
      validator.checkExcluded(name);
      return true;
    } catch (NameConstraintValidatorException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isReadable(GeneralName name) {
    String text = name.getName().toString();
    return switch (name.getTagNo()) {
      case GeneralName.uniformResourceIdentifier -> URI_HOST.matcher(text).matches();
      case GeneralName.rfc822Name -> text.indexOf('@') > 0 && !text.endsWith("@");
      default -> true;
    };
  }

  /// Reads a constraint: `dns:example.com`, `email:example.com` (a host), `email:.example.com` (all
  /// below), `email:a@example.com`, `uri:host.example.com`, `uri:.example.com`, `ip:10.0.0.0/8` or
  /// `dir:C=DE,O=Example` (the first part of the subjects first, as they are encoded).
  ///
  /// @throws IllegalArgumentException when it is none of these, with a message that says why
  public static GeneralSubtree parse(String text) {
    int colon = text.indexOf(':');
    String value = text.substring(colon + 1).strip();
    if (colon < 0 || value.isEmpty()) {
      throw new IllegalArgumentException("a constraint is written as dns:example.com");
    }
    return new GeneralSubtree(
        switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
          case "dns" -> domain(GeneralName.dNSName, withoutDot(value));
          case "email" -> domain(GeneralName.rfc822Name, value);
          case "uri" -> domain(GeneralName.uniformResourceIdentifier, value);
          case "ip" -> network(value);
          case "dir" -> new GeneralName(new X500Name(value));
          default ->
              throw new IllegalArgumentException(
                  "there is no kind of constraint like " + text.substring(0, colon));
        });
  }

  private static String withoutDot(String value) {
    return value.startsWith(".") ? value.substring(1) : value;
  }

  private static GeneralName domain(int type, String value) {
    String host = value.substring(value.lastIndexOf('@') + 1);
    if (!withoutDot(host).matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")
        || (value.contains("@") && type != GeneralName.rfc822Name)
        || ascii(value).equals("?")) {
      throw new IllegalArgumentException(
          "write a domain such as example.com, without wildcard, path or port");
    }
    return new GeneralName(type, value);
  }

  private static GeneralName network(String value) {
    if (!value.matches("[0-9A-Fa-f.:]+/[0-9]{1,3}")) {
      throw new IllegalArgumentException("write a network such as 10.0.0.0/8 or 2001:db8::/32");
    }
    try {
      return new GeneralName(GeneralName.iPAddress, value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("write a network such as 10.0.0.0/8 or 2001:db8::/32", e);
    }
  }

  /// A constraint as it is written for {@link #parse}.
  public static String text(GeneralSubtree subtree) {
    GeneralName base = subtree.getBase();
    return switch (base.getTagNo()) {
      case GeneralName.dNSName -> "dns:" + Names.printable(base.getName().toString());
      case GeneralName.rfc822Name -> "email:" + Names.printable(base.getName().toString());
      case GeneralName.uniformResourceIdentifier ->
          "uri:" + Names.printable(base.getName().toString());
      case GeneralName.directoryName -> "dir:" + Names.text(X500Name.getInstance(base.getName()));
      case GeneralName.iPAddress -> "ip:" + base.getName();
      default -> "other(" + base.getTagNo() + ")";
    };
  }
}
