package org.certctl.config;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Materials.NamedFile;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CertificateSignature;
import org.certctl.pki.Names;
import org.jspecify.annotations.Nullable;

/// What the certificates of a CA, an RA and a TLS server must be like to be served with.
final class CertificateRules {

  private static final Duration EXPIRES_SOON = Duration.ofDays(30);

  private final Instant now;
  private final Problems problems;
  private boolean expiryTolerated;

  CertificateRules(Instant now, Problems problems) {
    this.now = now;
    this.problems = problems;
  }

  /// From now on, an expired CA or RA is only worth a warning: another CA may have taken over. That
  /// is looked at again when the records are open.
  void tolerateExpiry(boolean tolerated) {
    expiryTolerated = tolerated;
  }

  /// A certificate in a few words.
  static String describe(X509CertificateHolder certificate) {
    String subject = Names.text(certificate.getSubject());
    return subject.isEmpty() ? "the certificate without a subject" : "\"" + subject + "\"";
  }

  /// A CA chain: every certificate is a CA's in force, each is issued by the next, and the last by
  /// itself.
  void checkCa(NamedFile file, CertificateChain chain) {
    guarded(file, () -> checkCaChain(file, chain.certificates()));
  }

  private void checkCaChain(NamedFile file, List<X509CertificateHolder> certificates) {
    for (int i = 0; i < certificates.size(); i++) {
      X509CertificateHolder certificate = certificates.get(i);
      checkValidity(file, certificate, "take the renewed certificate of that CA");
      checkIsCa(file, certificate, i);
      if (i + 1 < certificates.size()
          && !CertificateSignature.isDirectlyIssuedBy(certificate, certificates.get(i + 1))) {
        error(
            file,
            describe(certificate) + " is not issued by " + describe(certificates.get(i + 1)),
            "order the file: the issuing CA first, then each issuer up to the root");
      }
    }
    X509CertificateHolder last = certificates.getLast();
    if (!CertificateSignature.isSelfSigned(last)) {
      error(
          file,
          "the chain ends with " + describe(last) + ", which is no root",
          "append the missing issuers up to the root, here \""
              + Names.text(last.getIssuer())
              + "\"");
    }
  }

  private void checkIsCa(NamedFile file, X509CertificateHolder certificate, int casBelow) {
    @Nullable BasicConstraints constraints = basicConstraints(certificate);
    if (constraints == null || !constraints.isCA()) {
      error(
          file,
          describe(certificate) + " is not the certificate of a CA (basicConstraints)",
          "the file holds the issuing CA and its issuers only");
      return;
    }
    if (constraints.getPathLenConstraint() != null
        && constraints.getPathLenConstraint().intValue() < casBelow) {
      error(
          file,
          describe(certificate) + " allows fewer CAs below it than there are (pathLenConstraint)",
          "let the upper CA issue it with a larger pathLenConstraint");
    }
    @Nullable KeyUsage usage = keyUsage(certificate);
    if (usage == null) {
      warning(
          file,
          describe(certificate) + " does not say what its key is for (keyUsage)",
          "renew it with keyCertSign and cRLSign");
    } else if (!usage.hasUsages(KeyUsage.keyCertSign)) {
      error(
          file,
          describe(certificate) + " must not issue certificates (keyUsage without keyCertSign)",
          "use a CA certificate with keyCertSign and cRLSign");
    } else if (casBelow == 0 && !usage.hasUsages(KeyUsage.cRLSign)) {
      warning(
          file,
          describe(certificate) + " must not sign revocation lists (keyUsage without cRLSign)",
          "until it is renewed with cRLSign, certctl publishes no CRL and its certificates name none");
    }
  }

  /// An RA certificate (RFC 8894, section 2.1.2), or that of the CA itself when it may do all that
  /// an RA does.
  ///
  /// @param cas the issuing CAs, one of which must have issued it; empty when that is not known
  void checkRa(NamedFile file, X509CertificateHolder certificate, List<X509CertificateHolder> cas) {
    guarded(
        file,
        () -> {
          checkValidity(
              file, certificate, "renew it, or leave it out and let the CA here make one");
          if (!isRsa(certificate)) {
            error(
                file,
                describe(certificate) + " has no RSA key, so that no device can encrypt to it",
                "SCEP needs an RA certificate with an RSA key, whatever key the CA has");
          }
          boolean isTheCa = cas.contains(certificate);
          checkRaUsage(file, certificate, isTheCa);
          if (!isTheCa) {
            checkRaIsBelow(file, certificate, cas);
          }
        });
  }

  private void checkRaUsage(NamedFile file, X509CertificateHolder certificate, boolean isTheCa) {
    @Nullable KeyUsage usage = keyUsage(certificate);
    int needed = KeyUsage.digitalSignature | KeyUsage.keyEncipherment;
    String words = "digitalSignature and keyEncipherment";
    if (isTheCa) {
      needed |= KeyUsage.keyCertSign | KeyUsage.cRLSign;
      words = "digitalSignature, keyEncipherment, keyCertSign and cRLSign";
    }
    if (usage == null || !usage.hasUsages(needed)) {
      error(
          file,
          describe(certificate) + " does not have all the key usages it needs",
          isTheCa
              ? "a CA that speaks SCEP itself needs " + words + "; use an RA certificate instead"
              : "issue an RA certificate with " + words);
    }
  }

  private void checkRaIsBelow(
      NamedFile file, X509CertificateHolder certificate, List<X509CertificateHolder> cas) {
    @Nullable BasicConstraints constraints = basicConstraints(certificate);
    if (constraints != null && constraints.isCA()) {
      error(
          file,
          describe(certificate) + " is the certificate of a CA, but not of the issuing CA",
          "issue an RA certificate without basicConstraints CA");
    }
    if (!cas.isEmpty()
        && cas.stream().noneMatch(ca -> CertificateSignature.isDirectlyIssuedBy(certificate, ca))) {
      error(
          file,
          describe(certificate) + " is not issued by the issuing CA " + describe(cas.getLast()),
          "devices accept only an RA that the issuing CA itself has certified");
    }
  }

  /// A TLS server certificate.
  void checkTls(NamedFile file, X509CertificateHolder certificate) {
    guarded(
        file,
        () -> {
          checkValidity(file, certificate, "renew it, or take another");
          @Nullable Extensions extensions = certificate.getExtensions();
          @Nullable ExtendedKeyUsage purposes =
              extensions == null ? null : ExtendedKeyUsage.fromExtensions(extensions);
          if (purposes != null
              && !purposes.hasKeyPurposeId(KeyPurposeId.id_kp_serverAuth)
              && !purposes.hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage)) {
            error(
                file,
                describe(certificate) + " is not for TLS servers (extendedKeyUsage)",
                "use a certificate with serverAuth");
          }
          if (certificate.getExtension(Extension.subjectAlternativeName) == null) {
            warning(
                file,
                describe(certificate) + " has no subjectAltName",
                "clients of today look only there for the server's name; renew it with one");
          }
        });
  }

  private void checkValidity(NamedFile file, X509CertificateHolder certificate, String hint) {
    Instant notBefore = certificate.getNotBefore().toInstant();
    Instant notAfter = certificate.getNotAfter().toInstant();
    if (now.isBefore(notBefore)) {
      error(
          file,
          describe(certificate) + " is not valid before " + notBefore + "; it is " + seconds(now),
          "set the clock of this machine, or wait");
    } else if (now.isAfter(notAfter)) {
      String reason = describe(certificate) + " expired on " + notAfter;
      if (expiryTolerated) {
        warning(file, reason, hint);
      } else {
        error(file, reason, hint);
      }
    } else if (now.plus(EXPIRES_SOON).isAfter(notAfter)) {
      long days = Duration.between(now, notAfter).toDays();
      warning(
          file,
          describe(certificate) + " expires on " + notAfter + ", in " + days + " days",
          "plan its renewal now: " + hint);
    }
  }

  private static Instant seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }

  private static boolean isRsa(X509CertificateHolder certificate) {
    return certificate
        .getSubjectPublicKeyInfo()
        .getAlgorithm()
        .getAlgorithm()
        .equals(PKCSObjectIdentifiers.rsaEncryption);
  }

  private static @Nullable BasicConstraints basicConstraints(X509CertificateHolder certificate) {
    @Nullable Extensions extensions = certificate.getExtensions();
    return extensions == null ? null : BasicConstraints.fromExtensions(extensions);
  }

  private static @Nullable KeyUsage keyUsage(X509CertificateHolder certificate) {
    @Nullable Extensions extensions = certificate.getExtensions();
    return extensions == null ? null : KeyUsage.fromExtensions(extensions);
  }

  private void guarded(NamedFile file, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException | IllegalStateException e) {
      error(file, "an extension of a certificate in it is malformed", "have it issued anew");
    }
  }

  private void error(NamedFile file, String reason, String hint) {
    problems.error(file.key(), file.path().toString(), reason, hint);
  }

  private void warning(NamedFile file, String reason, String hint) {
    problems.warning(file.key(), file.path().toString(), reason, hint);
  }
}
