package org.certctl.profile;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/// What certified keys are for (RFC 5280, sections 4.2.1.3 and 4.2.1.12).
///
/// @param keyUsage the key usage when the request names none, as bits of {@link KeyUsage}
/// @param allowedKeyUsage the bits that a request may name
/// @param extended the extended key usages when the request names none
/// @param allowedExtended the extended key usages that a request may name
/// @param requiredExtended the extended key usages that every certificate must have
public record UsageRules(
    int keyUsage,
    int allowedKeyUsage,
    List<KeyPurposeId> extended,
    Set<KeyPurposeId> allowedExtended,
    Set<KeyPurposeId> requiredExtended) {

  /// Refuses rules that contradict themselves.
  ///
  /// @throws IllegalArgumentException naming the rule
  public UsageRules {
    if (keyUsage == 0 || (keyUsage & ~allowedKeyUsage) != 0) {
      throw new IllegalArgumentException("the usual key usage must be allowed");
    }
    if (!extended.containsAll(requiredExtended)) {
      throw new IllegalArgumentException("the usual extended key usages must have the required");
    }
    extended = List.copyOf(new LinkedHashSet<>(extended));
    allowedExtended = Set.copyOf(allowedExtended);
    requiredExtended = Set.copyOf(requiredExtended);
  }

  /// digitalSignature and keyEncipherment for clientAuth; a request may ask for what else an end
  /// entity has.
  public static UsageRules defaults() {
    return new UsageRules(
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
        Set.of());
  }
}
