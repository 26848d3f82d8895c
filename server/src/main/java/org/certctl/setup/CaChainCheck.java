package org.certctl.setup;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CertificateSignature;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.CaNameConstraints;
import org.certctl.pki.Names;

/// Finds the chain of an issuing CA among certificates and says everything that is wrong with it
/// (RFC 5280, section 6.1), before anything is issued with it.
public final class CaChainCheck {

  private static final int MAX_LENGTH = 10;
  private static final Set<ASN1ObjectIdentifier> UNDERSTOOD =
      Set.of(
          Extension.basicConstraints,
          Extension.keyUsage,
          Extension.nameConstraints,
          Extension.certificatePolicies,
          Extension.policyConstraints,
          Extension.inhibitAnyPolicy,
          Extension.policyMappings,
          Extension.extendedKeyUsage,
          Extension.subjectAlternativeName,
          Extension.cRLDistributionPoints);
  private static final Set<ASN1ObjectIdentifier> WEAK =
      Set.of(
          PKCSObjectIdentifiers.md5WithRSAEncryption,
          PKCSObjectIdentifiers.sha1WithRSAEncryption,
          X9ObjectIdentifiers.ecdsa_with_SHA1);
  private static final Duration SOON = Duration.ofDays(90);

  private CaChainCheck() {}

  /// Something that is wrong or worth knowing.
  ///
  /// @param code stable
  /// @param isError whether the chain cannot be used for it
  /// @param text what was found
  /// @param hint what to do about it
  public record Finding(String code, boolean isError, String text, String hint) {}

  /// What was found.
  ///
  /// @param chain the issuing CA first, the root last; absent when it is incomplete
  /// @param findings everything that is wrong or worth knowing
  public record Report(Optional<CertificateChain> chain, List<Finding> findings) {

    /// Takes a copy of the list.
    public Report {
      findings = List.copyOf(findings);
    }

    /// Whether it can be used.
    public boolean isSound() {
      return chain.isPresent() && findings.stream().noneMatch(Finding::isError);
    }
  }

  /// Looks for the chain of the certificate of this key.
  ///
  /// @param certificates in any order; those that do not belong to it are left out
  public static Report of(List<X509CertificateHolder> certificates, SigningKey key, Instant now) {
    List<Finding> findings = new ArrayList<>();
    Optional<X509CertificateHolder> issuing =
        certificates.stream()
            .filter(key::belongsTo)
            .max(java.util.Comparator.comparing(X509CertificateHolder::getNotBefore));
    if (issuing.isEmpty()) {
      findings.add(
          error(
              "key_mismatch",
              "none of the certificates is of the key that was requested for",
              "name the certificate that was issued for the present request (certctl ca csr)"));
      return new Report(Optional.empty(), findings);
    }
    return of(certificates, issuing.get(), now);
  }

  /// Looks for the chain of this certificate.
  public static Report of(
      List<X509CertificateHolder> certificates, X509CertificateHolder issuing, Instant now) {
    List<Finding> findings = new ArrayList<>();
    List<X509CertificateHolder> chain = ordered(issuing, certificates);
    boolean isComplete = CertificateSignature.isSelfSigned(chain.getLast());
    if (!isComplete) {
      findings.add(incomplete(chain.getLast(), certificates));
    }
    for (X509CertificateHolder each : new HashSet<>(certificates)) {
      if (!chain.contains(each)) {
        findings.add(note("unrelated", name(each) + " is not part of the chain", "it is left out"));
      }
    }
    for (int i = 0; i < chain.size(); i++) {
      check(chain, i, now, findings);
    }
    return new Report(
        isComplete ? Optional.of(new CertificateChain(chain)) : Optional.empty(), findings);
  }

  private static List<X509CertificateHolder> ordered(
      X509CertificateHolder issuing, List<X509CertificateHolder> certificates) {
    List<X509CertificateHolder> chain = new ArrayList<>(List.of(issuing));
    while (chain.size() < MAX_LENGTH && !CertificateSignature.isSelfSigned(chain.getLast())) {
      X509CertificateHolder last = chain.getLast();
      Optional<X509CertificateHolder> upper =
          certificates.stream()
              .filter(each -> !chain.contains(each))
              .filter(each -> CertificateSignature.isDirectlyIssuedBy(last, each))
              .max(java.util.Comparator.comparing(X509CertificateHolder::getNotAfter));
      if (upper.isEmpty()) {
        break;
      }
      chain.add(upper.get());
    }
    return chain;
  }

  private static Finding incomplete(
      X509CertificateHolder last, List<X509CertificateHolder> certificates) {
    boolean named =
        certificates.stream()
            .anyMatch(each -> each.getSubject().equals(last.getIssuer()) && !each.equals(last));
    return named
        ? error(
            "signature_invalid",
            "\"" + Names.text(last.getIssuer()) + "\" has not signed " + name(last),
            "take the certificate of the key that signed: a CA was renewed, or a file altered")
        : error(
            "chain_incomplete",
            "the certificate of \"" + Names.text(last.getIssuer()) + "\" is missing",
            "name the chain up to the self-signed root, too: further files, or one PKCS#7");
  }

  private static void check(
      List<X509CertificateHolder> chain, int i, Instant now, List<Finding> findings) {
    X509CertificateHolder ca = chain.get(i);
    checkTimes(ca, now, findings);
    try {
      checkExtensions(chain, i, findings);
    } catch (IllegalArgumentException | ClassCastException e) {
      findings.add(
          error(
              "malformed", name(ca) + " has extensions that cannot be read", "have it made anew"));
    }
    if (i < chain.size() - 1 && WEAK.contains(ca.getSignatureAlgorithm().getAlgorithm())) {
      findings.add(
          note(
              "signature_weak",
              name(ca) + " is signed over SHA-1 or MD5",
              "many verifiers reject it: have the upper CA sign over SHA-256"));
    }
  }

  private static void checkTimes(X509CertificateHolder ca, Instant now, List<Finding> findings) {
    Instant begin = ca.getNotBefore().toInstant();
    Instant end = ca.getNotAfter().toInstant();
    if (now.isBefore(begin)) {
      findings.add(
          error(
              "not_yet_valid",
              name(ca) + " is valid only from " + begin,
              "check the clocks of both machines, or wait"));
    } else if (!now.isBefore(end)) {
      findings.add(error("expired", name(ca) + " ended on " + end, "have it renewed"));
    } else if (!now.plus(SOON).isBefore(end)) {
      findings.add(
          note("ends_soon", name(ca) + " ends on " + end, "no certificate will outlive it"));
    }
  }

  private static void checkExtensions(
      List<X509CertificateHolder> chain, int i, List<Finding> findings) {
    X509CertificateHolder ca = chain.get(i);
    Extensions extensions = ca.getExtensions();
    BasicConstraints basic =
        extensions == null ? null : BasicConstraints.fromExtensions(extensions);
    if (basic == null || !basic.isCA()) {
      findings.add(
          error(
              "no_ca",
              name(ca) + " is not the certificate of a CA",
              "have it issued with basicConstraints CA:TRUE (AD CS: template SubCA)"));
    }
    KeyUsage usage = extensions == null ? null : KeyUsage.fromExtensions(extensions);
    boolean isRoot = i == chain.size() - 1;
    if (usage == null ? !isRoot : !usage.hasUsages(KeyUsage.keyCertSign)) {
      findings.add(usageMissing(ca, "keyCertSign"));
    }
    if (usage == null ? !isRoot : !usage.hasUsages(KeyUsage.cRLSign)) {
      findings.add(usageMissing(ca, "cRLSign"));
    }
    OptionalInt length = CaLimits.in(ca).pathLength();
    long below = chain.subList(0, i).stream().filter(each -> !isSelfIssued(each)).count();
    if (length.isPresent() && below > length.getAsInt()) {
      findings.add(
          error(
              "path_length_exceeded",
              name(ca) + " allows " + length.getAsInt() + " CAs below it, but there are " + below,
              "have it issued with a longer path length, or be certified by a CA above it"));
    }
    checkNames(chain, i, findings);
    if (extensions != null) {
      for (ASN1ObjectIdentifier critical : extensions.getCriticalExtensionOIDs()) {
        if (!UNDERSTOOD.contains(critical)) {
          findings.add(
              error(
                  "critical_extension_unknown",
                  name(ca) + " has the critical extension " + critical,
                  "verifiers reject what they do not know: have it issued without"));
        }
      }
    }
  }

  private static Finding usageMissing(X509CertificateHolder ca, String usage) {
    return error(
        "key_usage_missing",
        name(ca) + " may not be used for " + usage,
        "have it issued with keyUsage keyCertSign and cRLSign");
  }

  private static void checkNames(List<X509CertificateHolder> chain, int i, List<Finding> findings) {
    X509CertificateHolder ca = chain.get(i);
    if (isSelfIssued(ca) && i > 0) {
      return;
    }
    CaNameConstraints above = CaNameConstraints.of(chain.subList(i + 1, chain.size()));
    Optional<GeneralNames> names =
        Optional.ofNullable(ca.getExtension(Extension.subjectAlternativeName))
            .map(extension -> GeneralNames.getInstance(extension.getParsedValue()));
    for (String name : above.notAllowed(ca.getSubject(), names)) {
      findings.add(
          error(
              "name_constraint_violated",
              "the name constraints above " + name(ca) + " do not allow " + name,
              "make the request anew with a subject that they allow: certctl ca csr --subject"));
    }
  }

  private static boolean isSelfIssued(X509CertificateHolder certificate) {
    return certificate.getSubject().equals(certificate.getIssuer());
  }

  private static String name(X509CertificateHolder certificate) {
    return "\"" + Names.text(certificate.getSubject()) + "\"";
  }

  private static Finding error(String code, String text, String hint) {
    return new Finding(code, true, text, hint);
  }

  private static Finding note(String code, String text, String hint) {
    return new Finding(code, false, text, hint);
  }
}
