package org.certctl.profile;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.jspecify.annotations.Nullable;

/// Turns a certificate request into an approved request, or into all its violations.
///
/// Nothing is copied that is not named here: subject and subject alternative names are kept byte
/// for byte, key usages within the profile, everything else a request carries is left out - among
/// it the security identifier of Windows (1.3.6.1.4.1.311.25.2), which a requester must not choose.
/// A request for a CA certificate is refused. Safe to use from many threads.
public final class PolicyGate {

  private static final int KEY_USAGE_BITS = 9;

  private final CertificateProfile profile;
  private final KeyPolicy keyPolicy;

  /// @param profile the rules
  /// @param reservedKeys SHA-256 of the SubjectPublicKeyInfo of every CA and RA key; no requester
  ///   may have one of them certified
  public PolicyGate(CertificateProfile profile, Set<Sha256> reservedKeys) {
    this.profile = profile;
    this.keyPolicy = new KeyPolicy(profile.keys(), reservedKeys);
  }

  /// The profile's name.
  public String profileId() {
    return profile.id();
  }

  /// Whether the key of this digest belongs to a CA or RA of this server.
  public boolean reserves(Sha256 keyDigest) {
    return keyPolicy.reserves(keyDigest);
  }

  /// Names a certificate in the profile's way and judges the request.
  ///
  /// @param limits what the issuer cannot certify
  /// @param now the instant of the decision; validity counts from here
  public PolicyDecision decide(CertificateRequest request, IssuerLimits limits, Instant now) {
    try {
      return decideNamed(profile.template().applyTo(request), limits, now);
    } catch (IdentityTemplate.UnfitRequestException e) {
      return new PolicyDecision.Violated(
          List.of(
              new Violation(
                  Violation.Code.SUBJECT_NOT_ALLOWED,
                  Names.printable(String.valueOf(e.getMessage())))));
    }
  }

  /// The request under the names that {@link #decide} would give the certificate; absent when there
  /// would be none.
  public Optional<CertificateRequest> named(CertificateRequest request) {
    try {
      return Optional.of(profile.template().applyTo(request));
    } catch (IdentityTemplate.UnfitRequestException e) {
      return Optional.empty();
    }
  }

  /// Judges a request that has its names from a certificate issued before: the profile's template
  /// has named that one already.
  ///
  /// @param limits what the issuer cannot certify
  /// @param now the instant of the decision; validity counts from here
  public PolicyDecision decideNamed(CertificateRequest request, IssuerLimits limits, Instant now) {
    List<Violation> violations = new ArrayList<>();
    Extensions requested = request.extensions().orElse(null);
    violations.addAll(keyPolicy.check(request.subjectPublicKeyInfo(), encoded(request)));
    ExtensionsGenerator approved = new ExtensionsGenerator();
    try {
      approved.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      addKeyUsage(requested, request.subjectPublicKeyInfo(), approved, violations);
      addExtendedKeyUsage(requested, approved, violations);
      addSubjectAltNames(requested, isEmpty(request), approved, violations);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
    profile.additional().ifPresent(additional -> addAll(additional, approved));
    refuseCa(requested, violations);
    violations.addAll(
        profile
            .subject()
            .check(request.subject(), approved.hasExtension(Extension.subjectAlternativeName)));
    violations.addAll(beyond(limits, request.subject(), approved, now));
    if (!violations.isEmpty()) {
      return new PolicyDecision.Violated(violations);
    }
    return new PolicyDecision.Approved(
        new ApprovedRequest(
            profile.id(),
            request.subject(),
            request.subjectPublicKeyInfo(),
            approved.generate(),
            profile.validity().notBefore(now),
            profile.validity().notAfter(now, request.validity(), limits.end())));
  }

  /// What the issuer cannot certify, so that no certificate is made that verifiers reject.
  private static List<Violation> beyond(
      IssuerLimits limits, X500Name subject, ExtensionsGenerator approved, Instant now) {
    List<Violation> violations = new ArrayList<>();
    if (now.isBefore(limits.begin())) {
      violations.add(
          new Violation(
              Violation.Code.ISSUER_NOT_YET_VALID,
              "it is before the time of the CA, or of one above it"));
    }
    if (!limits.end().isAfter(now)) {
      violations.add(
          new Violation(Violation.Code.ISSUER_ENDED, "the CA, or one above it, has ended"));
    }
    Optional<GeneralNames> names =
        Optional.ofNullable(approved.getExtension(Extension.subjectAlternativeName))
            .map(extension -> GeneralNames.getInstance(extension.getParsedValue()));
    for (String name : limits.names().notAllowed(subject, names)) {
      violations.add(
          new Violation(
              Violation.Code.NAME_CONSTRAINT_VIOLATED,
              "the name constraints of the CA do not allow " + name));
    }
    return violations;
  }

  private static boolean isEmpty(CertificateRequest request) {
    return request.subject().getRDNs().length == 0;
  }

  private static void addAll(Extensions additional, ExtensionsGenerator approved) {
    for (ASN1ObjectIdentifier type : additional.getExtensionOIDs()) {
      approved.addExtension(additional.getExtension(type));
    }
  }

  private static byte[] encoded(CertificateRequest request) {
    try {
      return request.subjectPublicKeyInfo().getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  private void addKeyUsage(
      @Nullable Extensions requested,
      SubjectPublicKeyInfo key,
      ExtensionsGenerator approved,
      List<Violation> violations)
      throws IOException {
    int bits = profile.usages().keyUsage();
    if (requested != null && requested.getExtension(Extension.keyUsage) != null) {
      try {
        KeyUsage usage = KeyUsage.fromExtensions(requested);
        int asked = 0;
        for (int bit = 0; bit < KEY_USAGE_BITS; bit++) {
          int mask = bit == 8 ? KeyUsage.decipherOnly : 1 << (7 - bit);
          asked |= usage.hasUsages(mask) ? mask : 0;
        }
        if (asked == 0 || (asked & ~profile.usages().allowedKeyUsage()) != 0) {
          violations.add(
              new Violation(
                  Violation.Code.KEY_USAGE_NOT_ALLOWED,
                  "key usage bits beyond those of an end entity were requested"));
          return;
        }
        bits = asked;
      } catch (IllegalArgumentException e) {
        violations.add(new Violation(Violation.Code.EXTENSION_INVALID, "keyUsage cannot be read"));
        return;
      }
    }
    int fitting = bits & KeyKind.possibleUsage(key);
    approved.addExtension(
        Extension.keyUsage, true, new KeyUsage(fitting == 0 ? KeyUsage.digitalSignature : fitting));
  }

  private void addExtendedKeyUsage(
      @Nullable Extensions requested, ExtensionsGenerator approved, List<Violation> violations)
      throws IOException {
    UsageRules rules = profile.usages();
    List<KeyPurposeId> purposes = rules.extended();
    if (requested != null && requested.getExtension(Extension.extendedKeyUsage) != null) {
      try {
        purposes = List.of(ExtendedKeyUsage.fromExtensions(requested).getUsages());
      } catch (IllegalArgumentException e) {
        violations.add(
            new Violation(Violation.Code.EXTENSION_INVALID, "extendedKeyUsage cannot be read"));
        return;
      }
      for (KeyPurposeId purpose : purposes) {
        if (!rules.allowedExtended().contains(purpose)) {
          violations.add(
              new Violation(
                  Violation.Code.EXTENDED_KEY_USAGE_NOT_ALLOWED,
                  "extended key usage " + purpose.getId() + " is not allowed"));
        }
      }
      for (KeyPurposeId purpose : rules.requiredExtended()) {
        if (!purposes.contains(purpose)) {
          violations.add(
              new Violation(
                  Violation.Code.EXTENDED_KEY_USAGE_MISSING,
                  "extended key usage " + purpose.getId() + " is required"));
        }
      }
    }
    if (!purposes.isEmpty()) {
      approved.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
    }
  }

  private void addSubjectAltNames(
      @Nullable Extensions requested,
      boolean emptySubject,
      ExtensionsGenerator approved,
      List<Violation> violations)
      throws IOException {
    Extension names =
        requested == null ? null : requested.getExtension(Extension.subjectAlternativeName);
    if (names == null) {
      violations.addAll(profile.names().checkNone());
      return;
    }
    try {
      List<Violation> wrong =
          profile.names().check(GeneralNames.getInstance(names.getParsedValue()));
      if (!wrong.isEmpty()) {
        violations.addAll(wrong);
        return;
      }
    } catch (IllegalArgumentException | ClassCastException | IllegalStateException e) {
      violations.add(
          new Violation(
              Violation.Code.SUBJECT_ALT_NAMES_INVALID,
              "the subject alternative names cannot be read"));
      return;
    }
    // RFC 5280, section 4.2.1.6: critical when the subject is empty. The value stays as it came.
    approved.addExtension(
        new Extension(
            Extension.subjectAlternativeName, emptySubject, names.getExtnValue().getOctets()));
  }

  private static void refuseCa(@Nullable Extensions requested, List<Violation> violations) {
    if (requested == null || requested.getExtension(Extension.basicConstraints) == null) {
      return;
    }
    try {
      if (BasicConstraints.fromExtensions(requested).isCA()) {
        violations.add(
            new Violation(
                Violation.Code.CA_REQUESTED, "a CA certificate is not to be had by enrollment"));
      }
    } catch (IllegalArgumentException e) {
      violations.add(
          new Violation(Violation.Code.EXTENSION_INVALID, "basicConstraints cannot be read"));
    }
  }
}
