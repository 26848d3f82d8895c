package org.certctl.scep.cms;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.certctl.scep.DigestAlgorithm;
import org.jspecify.annotations.Nullable;

/// A signature algorithm that a provider can be asked for.
///
/// @param jcaName the name for `java.security.Signature`
/// @param digest the digest, absent for Ed25519 and Ed448
/// @param parameters parameters, for RSASSA-PSS
record SignatureScheme(
    String jcaName, @Nullable DigestAlgorithm digest, @Nullable AlgorithmParameterSpec parameters) {
  private static final int MAX_SALT_BYTES = 64;

  private static final Map<String, DigestAlgorithm> RSA =
      Map.ofEntries(
          Map.entry("1.2.840.113549.1.1.4", DigestAlgorithm.MD5),
          Map.entry("1.2.840.113549.1.1.5", DigestAlgorithm.SHA1),
          Map.entry("1.3.14.3.2.29", DigestAlgorithm.SHA1),
          Map.entry("1.2.840.113549.1.1.14", DigestAlgorithm.SHA224),
          Map.entry("1.2.840.113549.1.1.11", DigestAlgorithm.SHA256),
          Map.entry("1.2.840.113549.1.1.12", DigestAlgorithm.SHA384),
          Map.entry("1.2.840.113549.1.1.13", DigestAlgorithm.SHA512));

  private static final Map<String, DigestAlgorithm> ECDSA =
      Map.of(
          "1.2.840.10045.4.1", DigestAlgorithm.SHA1,
          "1.2.840.10045.4.3.1", DigestAlgorithm.SHA224,
          "1.2.840.10045.4.3.2", DigestAlgorithm.SHA256,
          "1.2.840.10045.4.3.3", DigestAlgorithm.SHA384,
          "1.2.840.10045.4.3.4", DigestAlgorithm.SHA512);

  private static final Map<String, String> EDDSA =
      Map.of("1.3.101.112", "Ed25519", "1.3.101.113", "Ed448");

  /// RSASSA-PKCS1-v1_5 with a digest.
  static SignatureScheme rsa(DigestAlgorithm digest) {
    return new SignatureScheme(digest.signatureName() + "withRSA", digest, null);
  }

  /// The scheme of a SignerInfo; absent when unknown or at odds with the digest algorithm.
  ///
  /// Requesters name the plain key algorithm, the combined algorithm or, rarely, the digest again.
  static Optional<SignatureScheme> ofSignerInfo(
      DigestAlgorithm digest, AlgorithmIdentifier algorithm) {
    ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption) || oid.equals(digest.oid())) {
      return Optional.of(rsa(digest));
    }
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return Optional.of(ecdsa(digest));
    }
    return ofCertificateAlgorithm(algorithm).filter(scheme -> scheme.digest == digest);
  }

  /// The scheme of the signature of a PKCS#10 request or certificate; absent when unknown.
  static Optional<SignatureScheme> ofCertificateAlgorithm(AlgorithmIdentifier algorithm) {
    String oid = algorithm.getAlgorithm().getId();
    DigestAlgorithm rsaDigest = RSA.get(oid);
    if (rsaDigest != null) {
      return Optional.of(rsa(rsaDigest));
    }
    DigestAlgorithm ecdsaDigest = ECDSA.get(oid);
    if (ecdsaDigest != null) {
      return Optional.of(ecdsa(ecdsaDigest));
    }
    String eddsa = EDDSA.get(oid);
    if (eddsa != null) {
      return Optional.of(new SignatureScheme(eddsa, null, null));
    }
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
      return pss(algorithm.getParameters());
    }
    return Optional.empty();
  }

  /// Whether a key is of the kind this scheme needs.
  boolean fits(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA", "RSASSA-PSS" -> jcaName.endsWith("RSA") || jcaName.equals("RSASSA-PSS");
      case "EC" -> jcaName.endsWith("ECDSA");
      case "EdDSA", "Ed25519", "Ed448" -> jcaName.startsWith("Ed");
      default -> false;
    };
  }

  private static SignatureScheme ecdsa(DigestAlgorithm digest) {
    return new SignatureScheme(digest.signatureName() + "withECDSA", digest, null);
  }

  private static Optional<SignatureScheme> pss(@Nullable ASN1Encodable parameters) {
    try {
      RSASSAPSSparams pss =
          parameters == null ? new RSASSAPSSparams() : RSASSAPSSparams.getInstance(parameters);
      Optional<DigestAlgorithm> digest =
          DigestAlgorithm.ofOid(pss.getHashAlgorithm().getAlgorithm());
      AlgorithmIdentifier mask = pss.getMaskGenAlgorithm();
      ASN1ObjectIdentifier maskDigest =
          AlgorithmIdentifier.getInstance(mask.getParameters()).getAlgorithm();
      boolean usable =
          digest.isPresent()
              && mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
              && maskDigest.equals(digest.get().oid())
              && BigInteger.ONE.equals(pss.getTrailerField())
              && pss.getSaltLength().signum() >= 0
              && pss.getSaltLength().compareTo(BigInteger.valueOf(MAX_SALT_BYTES)) <= 0;
      if (!usable) {
        return Optional.empty();
      }
      String name = digest.get().jcaName();
      int saltBytes = pss.getSaltLength().intValueExact();
      var spec = new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), saltBytes, 1);
      return Optional.of(new SignatureScheme("RSASSA-PSS", digest.get(), spec));
    } catch (RuntimeException e) {
      // The parser's way to report malformed parameters.
      return Optional.empty();
    }
  }
}
