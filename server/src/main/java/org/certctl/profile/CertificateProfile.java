package org.certctl.profile;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/// What a certificate may say: the rules a request is measured by.
///
/// @param id the name it is configured by
/// @param minRsaBits the smallest RSA modulus taken, 2048 or more
/// @param maxRsaBits the largest RSA modulus taken
/// @param curves the named curves taken for EC keys
/// @param edwardsKeysAllowed whether Ed25519 and Ed448 keys are taken
/// @param emptySubjectAllowed whether a request may name itself by subject alternative names only
/// @param maxValidity how long a certificate is valid
/// @param backdating how far notBefore lies in the past, for devices whose clocks are behind
/// @param keyUsage the key usage when the request names none, as bits of {@link KeyUsage}
/// @param allowedKeyUsage the key usage bits a request may name
/// @param extendedKeyUsages the extended key usages when the request names none
/// @param allowedExtendedKeyUsages the extended key usages a request may name
/// @param maxSubjectAltNames how many names a request may carry
public record CertificateProfile(
    String id,
    int minRsaBits,
    int maxRsaBits,
    Set<ASN1ObjectIdentifier> curves,
    boolean edwardsKeysAllowed,
    boolean emptySubjectAllowed,
    Duration maxValidity,
    Duration backdating,
    int keyUsage,
    int allowedKeyUsage,
    List<KeyPurposeId> extendedKeyUsages,
    Set<KeyPurposeId> allowedExtendedKeyUsages,
    int maxSubjectAltNames) {

  /// The profile of an endpoint that names none.
  public static final String DEFAULT_ID = "default";

  private static final ASN1ObjectIdentifier P_256 =
      new ASN1ObjectIdentifier("1.2.840.10045.3.1.7").intern();
  private static final ASN1ObjectIdentifier P_384 =
      new ASN1ObjectIdentifier("1.3.132.0.34").intern();
  private static final ASN1ObjectIdentifier P_521 =
      new ASN1ObjectIdentifier("1.3.132.0.35").intern();

  /// Refuses rules that contradict themselves.
  ///
  /// @throws IllegalArgumentException naming the rule
  public CertificateProfile {
    if (minRsaBits < 2048 || maxRsaBits < minRsaBits) {
      throw new IllegalArgumentException("RSA bounds must be at least 2048 and in order");
    }
    if (!maxValidity.isPositive() || backdating.isNegative()) {
      throw new IllegalArgumentException("validity must be positive, backdating not negative");
    }
    if ((keyUsage & ~allowedKeyUsage) != 0) {
      throw new IllegalArgumentException("the default key usage must be allowed");
    }
    curves = Set.copyOf(curves);
    extendedKeyUsages = List.copyOf(extendedKeyUsages);
    allowedExtendedKeyUsages = Set.copyOf(allowedExtendedKeyUsages);
  }

  /// Client certificates for a year: RSA from 2048 bits, P-256, P-384, P-521 or Edwards keys;
  /// digitalSignature and keyEncipherment; clientAuth unless the request asks for other purposes of
  /// an end entity.
  public static CertificateProfile defaults() {
    return new CertificateProfile(
        DEFAULT_ID,
        2048,
        8192,
        Set.of(P_256, P_384, P_521),
        true,
        false,
        Duration.ofDays(365),
        Duration.ofMinutes(5),
        KeyUsage.digitalSignature | KeyUsage.keyEncipherment,
        KeyUsage.digitalSignature
            | KeyUsage.nonRepudiation
            | KeyUsage.keyEncipherment
            | KeyUsage.dataEncipherment
            | KeyUsage.keyAgreement,
        List.of(KeyPurposeId.id_kp_clientAuth),
        Set.of(
            KeyPurposeId.id_kp_clientAuth,
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_emailProtection,
            KeyPurposeId.id_kp_ipsecEndSystem,
            KeyPurposeId.id_kp_ipsecTunnel,
            KeyPurposeId.id_kp_ipsecUser,
            KeyPurposeId.id_kp_ipsecIKE,
            KeyPurposeId.id_kp_smartcardlogon),
        100);
  }
}
