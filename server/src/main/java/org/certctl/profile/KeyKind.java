package org.certctl.profile;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// The kinds of keys that can be certified (RFC 3279, RFC 5480, RFC 8410).
public enum KeyKind {
  /// RSA of any size.
  RSA(PKCSObjectIdentifiers.rsaEncryption),
  /// NIST P-256 as a named curve.
  P256(SECObjectIdentifiers.secp256r1),
  /// NIST P-384 as a named curve.
  P384(SECObjectIdentifiers.secp384r1),
  /// NIST P-521 as a named curve.
  P521(SECObjectIdentifiers.secp521r1),
  /// Ed25519.
  ED25519(EdECObjectIdentifiers.id_Ed25519),
  /// Ed448.
  ED448(EdECObjectIdentifiers.id_Ed448);

  private final String identifier;

  KeyKind(ASN1ObjectIdentifier identifier) {
    this.identifier = identifier.getId();
  }

  /// The kind of key with this algorithm; absent for any other, as for EC keys whose curve is
  /// spelled out.
  public static Optional<KeyKind> of(AlgorithmIdentifier algorithm) {
    boolean onCurve = algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey);
    String identifier =
        String.valueOf(onCurve ? algorithm.getParameters() : algorithm.getAlgorithm());
    return Arrays.stream(values()).filter(kind -> kind.identifier.equals(identifier)).findFirst();
  }

  /// What a key can be used for, as bits of {@link KeyUsage}: one that cannot encrypt must not say
  /// that it does (RFC 8813, section 3; RFC 8410, section 5; RFC 3279, section 2.3.1), and many
  /// clients ask for it whatever their key.
  public static int possibleUsage(SubjectPublicKeyInfo key) {
    int signing = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    return switch (of(key.getAlgorithm()).orElse(RSA)) {
      case RSA -> signing | KeyUsage.keyEncipherment | KeyUsage.dataEncipherment;
      case P256, P384, P521 ->
          signing | KeyUsage.keyAgreement | KeyUsage.encipherOnly | KeyUsage.decipherOnly;
      case ED25519, ED448 -> signing;
    };
  }
}
