package org.certctl.profile;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.pki.Names;
import org.certctl.pki.SubjectAltNames;

/// What subject alternative names a certificate may have.
///
/// @param max how many at most
/// @param allowed the kinds that may be there
/// @param required the kinds of which there must be one
/// @param patterns what all names of a kind must look like, as a whole; patterns of RE2, which take
///   linear time whatever the name
public record NameRules(
    int max, Set<NameKind> allowed, Set<NameKind> required, Map<NameKind, Pattern> patterns) {

  private static final int MAX_SHOWN_CHARS = 100;

  /// Refuses rules that contradict themselves.
  ///
  /// @throws IllegalArgumentException naming the rule
  public NameRules {
    if (max < 0 || !allowed.containsAll(required) || max < required.size()) {
      throw new IllegalArgumentException("the required kinds of names must be allowed");
    }
    allowed = Set.copyOf(allowed);
    required = Set.copyOf(required);
    patterns = Map.copyOf(patterns);
  }

  /// Up to 100 names of any kind.
  public static NameRules defaults() {
    return new NameRules(100, EnumSet.allOf(NameKind.class), Set.of(), Map.of());
  }

  /// What is wrong with these names.
  ///
  /// @throws IllegalArgumentException when one of them cannot be read
  List<Violation> check(GeneralNames names) {
    GeneralName[] all = names.getNames();
    if (all.length == 0 || all.length > max) {
      return List.of(
          new Violation(
              Violation.Code.SUBJECT_ALT_NAMES_INVALID,
              all.length + " subject alternative names; allowed are 1 to " + max));
    }
    List<Violation> violations = new ArrayList<>();
    List<String> texts = SubjectAltNames.textsOf(names);
    Set<NameKind> found = EnumSet.noneOf(NameKind.class);
    for (int i = 0; i < all.length; i++) {
      NameKind kind = NameKind.of(all[i], texts.get(i));
      found.add(kind);
      check(kind, texts.get(i), violations);
    }
    missing(found, violations);
    return violations;
  }

  /// What is wrong when there are no names at all.
  List<Violation> checkNone() {
    List<Violation> violations = new ArrayList<>();
    missing(Set.of(), violations);
    return violations;
  }

  private void check(NameKind kind, String text, List<Violation> violations) {
    if (!allowed.contains(kind)) {
      violations.add(notAllowed(text));
      return;
    }
    Pattern pattern = patterns.get(kind);
    if (pattern != null && !pattern.matches(text.substring(text.indexOf(':') + 1))) {
      violations.add(notAllowed(text));
    }
  }

  private void missing(Set<NameKind> found, List<Violation> violations) {
    EnumSet<NameKind> missing = EnumSet.noneOf(NameKind.class);
    missing.addAll(required);
    missing.removeAll(found);
    for (NameKind kind : missing) {
      violations.add(
          new Violation(
              Violation.Code.SUBJECT_ALT_NAME_MISSING,
              "there is no subject alternative name of the kind " + kind));
    }
  }

  private static Violation notAllowed(String text) {
    String shown = Names.printable(text);
    return new Violation(
        Violation.Code.SUBJECT_ALT_NAME_NOT_ALLOWED,
        "the name "
            + (shown.length() > MAX_SHOWN_CHARS ? shown.substring(0, MAX_SHOWN_CHARS) + "…" : shown)
            + " is not allowed");
  }
}
