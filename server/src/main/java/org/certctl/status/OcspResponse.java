package org.certctl.status;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.certctl.issuer.OcspSigner;
import org.certctl.pki.BufferedContentSigner;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SigningUnavailableException;
import org.jspecify.annotations.Nullable;

/// Puts a response together and has it signed (RFC 6960, section 4.2).
///
/// @param signer signs; the responder is named by its key
/// @param thisUpdate when it is made, whole seconds
/// @param nextUpdate until when it is good, whole seconds
record OcspResponse(OcspSigner signer, Instant thisUpdate, Instant nextUpdate) {

  /// The OCSPResponse, DER.
  ///
  /// @param certificates which certificates were asked for
  /// @param statuses what is known of each, in the same order
  /// @param nonce to be repeated
  byte[] signed(
      List<CertificateID> certificates, List<CertificateStatus> statuses, Optional<Extension> nonce)
      throws SigningUnavailableException {
    try {
      BasicOCSPRespBuilder builder =
          new BasicOCSPRespBuilder(
              new RespID(
                  signer.responder().holder().getSubjectPublicKeyInfo(),
                  new BcDigestCalculatorProvider().get(RespID.HASH_SHA1)));
      for (int i = 0; i < certificates.size(); i++) {
        add(builder, certificates.get(i), statuses.get(i));
      }
      nonce.ifPresent(extension -> builder.setResponseExtensions(new Extensions(extension)));
      return new OCSPRespBuilder()
          .build(
              OCSPRespBuilder.SUCCESSFUL,
              builder.build(
                  new BufferedContentSigner(signer.signer()),
                  new X509CertificateHolder[] {signer.responder().holder()},
                  Date.from(thisUpdate)))
          .getEncoded();
    } catch (OCSPException | RuntimeOperatorException e) {
      throw new SigningUnavailableException("the OCSP key cannot be used", e);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("Bouncy Castle has SHA-1", e);
    } catch (IOException e) {
      throw new UncheckedIOException("encoding in memory failed", e);
    }
  }

  private void add(
      BasicOCSPRespBuilder builder, CertificateID certificate, CertificateStatus status)
      throws IOException {
    builder.addResponse(
        certificate,
        encoded(status),
        Date.from(thisUpdate),
        Date.from(nextUpdate),
        archiveCutoff(status));
  }

  /// Null means good to Bouncy Castle.
  private org.bouncycastle.cert.ocsp.@Nullable CertificateStatus encoded(CertificateStatus status) {
    if (!(status instanceof CertificateStatus.Known known)) {
      return new UnknownStatus();
    }
    return known.revocation().isPresent() ? revoked(known.revocation().get()) : null;
  }

  /// The reason is left out when it is `unspecified`. A revocation never lies in the future: when
  /// the clock was set back, it counts from now.
  private RevokedStatus revoked(Revocation revocation) {
    Instant at = revocation.at().isBefore(thisUpdate) ? revocation.at() : thisUpdate;
    return new RevokedStatus(
        new RevokedInfo(
            new ASN1GeneralizedTime(Date.from(at)),
            revocation.reason() == RevocationReason.UNSPECIFIED
                ? null
                : CRLReason.lookup(revocation.reason().code())));
  }

  /// For a certificate that has ended: since when the ends of certificates lie whose status is
  /// known (RFC 6960, section 4.4.4), which is as far back as the issuer exists, or as they were
  /// removed. Absent for one that itself might be gone.
  private @Nullable Extensions archiveCutoff(CertificateStatus status) throws IOException {
    if (!(status instanceof CertificateStatus.Known known)
        || !known.notAfter().isBefore(thisUpdate)) {
      return null;
    }
    Instant cutoff =
        known
            .removedUntil()
            .map(until -> until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
            .filter(signer.issuer().notBefore()::isBefore)
            .orElse(signer.issuer().notBefore());
    if (known.notAfter().isBefore(cutoff)) {
      return null;
    }
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(
        OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff,
        false,
        new ASN1GeneralizedTime(Date.from(cutoff)));
    return extensions.generate();
  }
}
