package org.certctl.config;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IdentityTemplate;
import org.certctl.profile.KeyRules;
import org.certctl.profile.NameKind;
import org.certctl.profile.NameRules;
import org.certctl.profile.SubjectRules;
import org.certctl.profile.UsageRules;
import org.certctl.profile.ValidityRules;

/// Reads the certificate profiles, each as a whole, with problems noted.
final class CertificateProfileReader {

  /// The TLS feature `status_request` (RFC 7633, section 6).
  private static final ASN1ObjectIdentifier TLS_FEATURE =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24").intern();

  private static final int STATUS_REQUEST = 5;

  private final OptionReader reader;
  private final Problems problems;
  private final boolean ocspIsAnnounced;

  /// @param ocspIsAnnounced whether certificates say where OCSP answers are to be had
  CertificateProfileReader(OptionReader reader, Problems problems, boolean ocspIsAnnounced) {
    this.reader = reader;
    this.problems = problems;
    this.ocspIsAnnounced = ocspIsAnnounced;
  }

  /// The profiles by their names; the one named `default` is always there.
  Map<String, CertificateProfile> read(List<String> names) {
    Map<String, CertificateProfile> profiles = new LinkedHashMap<>();
    profiles.put(CertificateProfile.DEFAULT_ID, CertificateProfile.defaults());
    names.forEach(name -> profiles.put(name, profile(name)));
    return profiles;
  }

  private CertificateProfile profile(String name) {
    return new CertificateProfile(
        name,
        keys(name),
        validity(name),
        usages(name),
        subject(name),
        names(name),
        template(name),
        additional(name));
  }

  private KeyRules keys(String name) {
    int min = value(CertificateProfileOptions.RSA_MIN_BITS, name);
    int max = value(CertificateProfileOptions.RSA_MAX_BITS, name);
    if (max < min) {
      error(
          CertificateProfileOptions.RSA_MAX_BITS,
          name,
          "it is less than RSA_MIN_BITS",
          "write " + min + " or more");
      return KeyRules.defaults();
    }
    return new KeyRules(value(CertificateProfileOptions.KEY_TYPES, name), min, max);
  }

  private ValidityRules validity(String name) {
    Duration maximum = value(CertificateProfileOptions.MAX_VALIDITY, name);
    Duration usual = optional(CertificateProfileOptions.DEFAULT_VALIDITY, name).orElse(maximum);
    if (usual.compareTo(maximum) > 0) {
      error(
          CertificateProfileOptions.DEFAULT_VALIDITY,
          name,
          "it is longer than MAX_VALIDITY",
          "write less, or allow more");
      usual = maximum;
    }
    return new ValidityRules(
        maximum,
        usual,
        value(CertificateProfileOptions.BACKDATING, name),
        value(CertificateProfileOptions.VALIDITY_AS_REQUESTED, name));
  }

  private UsageRules usages(String name) {
    int usage = ProfileValueTypes.Usage.bits(value(CertificateProfileOptions.KEY_USAGE, name));
    int allowed =
        ProfileValueTypes.Usage.bits(value(CertificateProfileOptions.KEY_USAGE_ALLOWED, name));
    List<KeyPurposeId> extended = value(CertificateProfileOptions.EKU, name);
    Set<KeyPurposeId> allowedExtended =
        new LinkedHashSet<>(value(CertificateProfileOptions.EKU_ALLOWED, name));
    allowedExtended.addAll(extended);
    List<KeyPurposeId> required =
        optional(CertificateProfileOptions.EKU_REQUIRED, name).orElse(List.of());
    if (!extended.containsAll(required)) {
      error(
          CertificateProfileOptions.EKU_REQUIRED,
          name,
          "EKU, which requests get that name none, lacks some of these",
          "add them to EKU");
      required = List.of();
    }
    return new UsageRules(
        usage, allowed | usage, extended, allowedExtended, new LinkedHashSet<>(required));
  }

  private SubjectRules subject(String name) {
    boolean mayBeEmpty = value(CertificateProfileOptions.SUBJECT_MAY_BE_EMPTY, name);
    Set<ASN1ObjectIdentifier> allowed = attributes(CertificateProfileOptions.SUBJECT_ALLOWED, name);
    Set<ASN1ObjectIdentifier> required =
        attributes(CertificateProfileOptions.SUBJECT_REQUIRED, name);
    if (!allowed.isEmpty() && !allowed.containsAll(required)) {
      error(
          CertificateProfileOptions.SUBJECT_REQUIRED,
          name,
          "SUBJECT_ALLOWED lacks some of these",
          "add them there");
      required = Set.of();
    }
    if (mayBeEmpty && !required.isEmpty()) {
      error(
          CertificateProfileOptions.SUBJECT_REQUIRED,
          name,
          "SUBJECT_MAY_BE_EMPTY is true",
          "set only one of the two");
      required = Set.of();
    }
    return new SubjectRules(
        mayBeEmpty, allowed, required, optional(CertificateProfileOptions.SUBJECT_PATTERN, name));
  }

  private Set<ASN1ObjectIdentifier> attributes(
      Option<List<ASN1ObjectIdentifier>> option, String name) {
    return new LinkedHashSet<>(optional(option, name).orElse(List.of()));
  }

  private NameRules names(String name) {
    int max = value(CertificateProfileOptions.SAN_MAX, name);
    Set<NameKind> allowed = value(CertificateProfileOptions.SAN_ALLOWED, name);
    Set<NameKind> required =
        optional(CertificateProfileOptions.SAN_REQUIRED, name)
            .orElse(EnumSet.noneOf(NameKind.class));
    if (!allowed.containsAll(required) || max < required.size()) {
      error(
          CertificateProfileOptions.SAN_REQUIRED,
          name,
          "SAN_ALLOWED or SAN_MAX does not let these be there",
          "allow them");
      required = Set.of();
    }
    Map<NameKind, Pattern> patterns = new EnumMap<>(NameKind.class);
    pattern(NameKind.DNS, CertificateProfileOptions.SAN_DNS_PATTERN, name, patterns);
    pattern(NameKind.IP, CertificateProfileOptions.SAN_IP_PATTERN, name, patterns);
    pattern(NameKind.EMAIL, CertificateProfileOptions.SAN_EMAIL_PATTERN, name, patterns);
    pattern(NameKind.UPN, CertificateProfileOptions.SAN_UPN_PATTERN, name, patterns);
    pattern(NameKind.URI, CertificateProfileOptions.SAN_URI_PATTERN, name, patterns);
    return new NameRules(max, allowed, required, patterns);
  }

  private void pattern(
      NameKind kind, Option<Pattern> option, String name, Map<NameKind, Pattern> patterns) {
    optional(option, name).ifPresent(pattern -> patterns.put(kind, pattern));
  }

  private IdentityTemplate template(String name) {
    Optional<String> subject = optional(CertificateProfileOptions.SUBJECT_TEMPLATE, name);
    List<String> names = optional(CertificateProfileOptions.SAN_TEMPLATE, name).orElse(List.of());
    Optional<String> usableSubject = usable(subject, List.of(), name) ? subject : Optional.empty();
    List<String> usableNames = usable(Optional.empty(), names, name) ? names : List.of();
    return IdentityTemplate.of(usableSubject, usableNames);
  }

  private boolean usable(Optional<String> subject, List<String> names, String name) {
    try {
      var _ = IdentityTemplate.of(subject, names);
      return true;
    } catch (IllegalArgumentException e) {
      error(
          subject.isPresent()
              ? CertificateProfileOptions.SUBJECT_TEMPLATE
              : CertificateProfileOptions.SAN_TEMPLATE,
          name,
          "it cannot be read: " + e.getMessage(),
          subject.isPresent()
              ? "write for example CN={CN},O=Corp"
              : "write for example dns:{CN}.x");
      return false;
    }
  }

  private Optional<Extensions> additional(String name) {
    List<ASN1ObjectIdentifier> policies =
        optional(CertificateProfileOptions.POLICIES, name).orElse(List.of());
    boolean mustStaple = value(CertificateProfileOptions.MUST_STAPLE, name);
    if (mustStaple && !ocspIsAnnounced) {
      error(
          CertificateProfileOptions.MUST_STAPLE,
          name,
          "certificates do not say where OCSP answers are to be had",
          "set " + Options.PUBLIC_URL.name() + " and leave OCSP on");
    }
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    try {
      if (!policies.isEmpty()) {
        List<PolicyInformation> all = new ArrayList<>();
        policies.forEach(policy -> all.add(new PolicyInformation(policy)));
        extensions.addExtension(
            Extension.certificatePolicies,
            false,
            new CertificatePolicies(all.toArray(PolicyInformation[]::new)));
      }
      if (mustStaple) {
        extensions.addExtension(
            TLS_FEATURE, false, new DERSequence(new ASN1Integer(STATUS_REQUEST)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
    return extensions.isEmpty() ? Optional.empty() : Optional.of(extensions.generate());
  }

  private <T> T value(Option<T> option, String name) {
    return reader.value(option, option.keyFor(name));
  }

  private <T> Optional<T> optional(Option<T> option, String name) {
    return reader.optional(option, option.keyFor(name));
  }

  private void error(Option<?> option, String name, String reason, String hint) {
    problems.error(option.keyFor(name), reason, hint);
  }
}
