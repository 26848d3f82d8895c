package org.certctl.setup;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.keys.CaFiles;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;
import org.certctl.pki.BufferedContentSigner;
import org.certctl.pki.CaLimits;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;

/// What a CA does whose key lies on a machine without a server: its own certificate, those of the
/// CAs below it, and its CRL.
public final class OfflineCa {

  private static final int SIGNING = KeyUsage.keyCertSign | KeyUsage.cRLSign;

  private final Clock clock;
  private final SecureRandom random;

  /// Takes what making certificates needs.
  public OfflineCa(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /// A certificate to be revoked.
  public record Revoked(SerialNumber serialNumber, RevocationReason reason) {}

  /// A self-signed CA.
  public X509CertificateHolder root(
      X500Name name, SigningKey key, Duration lifetime, CaLimits limits) throws IOException {
    return new AuthorityCertificates(clock.instant(), random)
        .root(name, key.publicKeyInfo(), key, clock.instant().plus(lifetime), SIGNING, limits);
  }

  /// Certifies a CA below this one, and says whether others will take it.
  ///
  /// @param limits what it allows below it; without names, those that the request asks for
  /// @param publicUrl where CRL and certificate of this CA will be found
  /// @return the new chain, with what is wrong with it
  public CaChainCheck.Report certify(
      KeyPairFiles ca,
      PKCS10CertificationRequest request,
      Duration lifetime,
      CaLimits limits,
      Optional<String> publicUrl)
      throws IOException {
    Instant end = clock.instant().plus(lifetime);
    X509CertificateHolder upper = ca.chain().first();
    Instant upperEnd = upper.getNotAfter().toInstant();
    CaLimits all =
        limits.names().isPresent()
            ? limits
            : new CaLimits(limits.pathLength(), requestedNames(request));
    X509CertificateHolder made =
        new AuthorityCertificates(clock.instant(), random)
            .issuingCa(
                new Authority(upper, ca.key()),
                request.getSubject(),
                request.getSubjectPublicKeyInfo(),
                end.isBefore(upperEnd) ? end : upperEnd,
                SIGNING | KeyUsage.digitalSignature,
                all,
                publicUrl.map(url -> UpperCa.locations(url, upper)));
    List<X509CertificateHolder> chain = new ArrayList<>(List.of(made));
    chain.addAll(ca.chain().certificates());
    return CaChainCheck.of(chain, made, clock.instant());
  }

  private static Optional<NameConstraints> requestedNames(PKCS10CertificationRequest request) {
    Extensions extensions = request.getRequestedExtensions();
    return Optional.ofNullable(
            extensions == null ? null : extensions.getExtension(Extension.nameConstraints))
        .map(extension -> NameConstraints.getInstance(extension.getParsedValue()));
  }

  /// Signs a CRL.
  ///
  /// @param previous the one before: its entries are carried over and its number is counted on
  /// @param validity by when the next one comes
  /// @throws IllegalArgumentException when the previous one is not of this CA, or a certificate is
  ///   revoked already
  public X509CRLHolder crl(
      KeyPairFiles ca, Optional<X509CRLHolder> previous, List<Revoked> revoked, Duration validity)
      throws IOException {
    X509CertificateHolder issuer = ca.chain().first();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    BigInteger number = BigInteger.valueOf(now.getEpochSecond());
    X509v2CRLBuilder builder = new X509v2CRLBuilder(issuer.getSubject(), Date.from(now));
    builder.setNextUpdate(Date.from(now.plus(validity)));
    if (previous.isPresent()) {
      if (!CaFiles.isSignedBy(previous.get(), issuer)) {
        throw new IllegalArgumentException("the previous CRL is not one of this CA");
      }
      builder.addCRL(previous.get());
      number = number.max(number(previous.get()).orElse(BigInteger.ZERO).add(BigInteger.ONE));
    }
    for (Revoked each : revoked) {
      if (previous.isPresent()
          && previous.get().getRevokedCertificate(each.serialNumber().value()) != null) {
        throw new IllegalArgumentException(
            each.serialNumber().hex() + " is revoked in the previous CRL already");
      }
      builder.addCRLEntry(each.serialNumber().value(), Date.from(now), each.reason().code());
    }
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new BcX509ExtensionUtils().createAuthorityKeyIdentifier(issuer));
    builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
    return builder.build(new BufferedContentSigner(ca.key()));
  }

  /// The number of a CRL; absent when it has none.
  ///
  /// @throws IllegalArgumentException when it cannot be read
  public static Optional<BigInteger> number(X509CRLHolder crl) {
    return Optional.ofNullable(crl.getExtension(Extension.cRLNumber))
        .map(extension -> ASN1Integer.getInstance(extension.getParsedValue()).getValue());
  }
}
