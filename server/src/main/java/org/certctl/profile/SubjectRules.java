package org.certctl.profile;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.certctl.pki.Names;

/// What the subject of a certificate may be.
///
/// @param emptyAllowed whether subject alternative names alone will do
/// @param allowed the types of attributes that may be there; all when empty
/// @param required the types of attributes that must be there
/// @param pattern what the subject as text (`CN=a,O=b`, as the commands show it) must look like as
///   a whole; a pattern of RE2, which takes linear time whatever the subject
public record SubjectRules(
    boolean emptyAllowed,
    Set<ASN1ObjectIdentifier> allowed,
    Set<ASN1ObjectIdentifier> required,
    Optional<Pattern> pattern) {

  /// Refuses rules that contradict themselves.
  ///
  /// @throws IllegalArgumentException naming the rule
  public SubjectRules {
    if (!allowed.isEmpty() && !allowed.containsAll(required)) {
      throw new IllegalArgumentException("the required attributes of the subject must be allowed");
    }
    if (emptyAllowed && !required.isEmpty()) {
      throw new IllegalArgumentException("an empty subject has none of the required attributes");
    }
    allowed = Set.copyOf(allowed);
    required = Set.copyOf(required);
  }

  /// Any subject that is not empty.
  public static SubjectRules defaults() {
    return new SubjectRules(false, Set.of(), Set.of(), Optional.empty());
  }

  /// What is wrong with a subject.
  ///
  /// @param hasNames whether there are subject alternative names
  List<Violation> check(X500Name subject, boolean hasNames) {
    if (subject.getRDNs().length == 0) {
      return emptyAllowed && hasNames
          ? List.of()
          : List.of(new Violation(Violation.Code.SUBJECT_EMPTY, "the request has no subject name"));
    }
    List<Violation> violations = new ArrayList<>();
    Set<ASN1ObjectIdentifier> found = new LinkedHashSet<>();
    for (RDN rdn : subject.getRDNs()) {
      for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
        found.add(attribute.getType());
      }
    }
    for (ASN1ObjectIdentifier type : found) {
      if (!allowed.isEmpty() && !allowed.contains(type)) {
        violations.add(notAllowed("the subject has " + shown(type) + ", which is not allowed"));
      }
    }
    for (ASN1ObjectIdentifier type : required) {
      if (!found.contains(type)) {
        violations.add(notAllowed("the subject lacks " + shown(type)));
      }
    }
    if (pattern.isPresent() && !pattern.get().matches(Names.text(subject))) {
      violations.add(notAllowed("the subject does not look like the profile's pattern"));
    }
    return violations;
  }

  private static String shown(ASN1ObjectIdentifier type) {
    String name = BCStyle.INSTANCE.oidToDisplayName(type);
    return name == null ? type.getId() : name;
  }

  private static Violation notAllowed(String explanation) {
    return new Violation(Violation.Code.SUBJECT_NOT_ALLOWED, explanation);
  }
}
