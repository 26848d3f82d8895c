package org.certctl.challenge.connector;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.SubjectAltNames;
import org.certctl.pki.TestRequests;

/// Connectors that sign with Nimbus, which shares no code with what verifies here.
final class Connectors {

  static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final String AUDIENCE = "https://scep.example.com/scep/corp";
  static final String DEVICE = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
  static final String NAME = "lt-1.example.com";

  /// A connector with its key and certificate.
  record Connector(KeyPair keys, JWSAlgorithm algorithm, String pem) {

    static Connector rsa() {
      return rsa(2048, NOW.plus(Duration.ofDays(365)));
    }

    static Connector rsa(int bits, Instant notAfter) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return of(generator.generateKeyPair(), JWSAlgorithm.RS256, "SHA256withRSA", notAfter);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    static Connector ec() {
      return ec("secp256r1", JWSAlgorithm.ES256);
    }

    static Connector ec(String curve, JWSAlgorithm algorithm) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return of(
            generator.generateKeyPair(),
            algorithm,
            "SHA256withECDSA",
            NOW.plus(Duration.ofDays(365)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Connector of(
        KeyPair keys, JWSAlgorithm algorithm, String signature, Instant notAfter) {
      try {
        X500Name name = new X500Name("CN=Example Connector");
        byte[] der =
            new X509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(NOW.minus(Duration.ofDays(365))),
                    Date.from(notAfter),
                    name,
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()))
                .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()))
                .getEncoded();
        return new Connector(
            keys,
            algorithm,
            "-----BEGIN CERTIFICATE-----\n"
                + java.util.Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n");
      } catch (IOException | OperatorCreationException e) {
        throw new IllegalStateException(e);
      }
    }

    JWSSigner signer() {
      try {
        return keys.getPrivate() instanceof ECPrivateKey ec
            ? new ECDSASigner(ec)
            : new RSASSASigner(keys.getPrivate());
      } catch (JOSEException e) {
        throw new IllegalStateException(e);
      }
    }

    String sign(JWTClaimsSet claims) {
      return sign(new JWSHeader.Builder(algorithm).build(), claims);
    }

    String sign(JWSHeader header, JWTClaimsSet claims) {
      try {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(signer());
        return jwt.serialize();
      } catch (JOSEException e) {
        throw new IllegalStateException(e);
      }
    }

    /// Signs this payload as it is, however broken.
    String signRaw(String payload) {
      return signRaw("{\"alg\":\"" + algorithm + "\"}", payload.getBytes(StandardCharsets.UTF_8));
    }

    String signRaw(String header, byte[] payload) {
      try {
        String signed = Base64URL.encode(header) + "." + Base64URL.encode(payload);
        return signed
            + "."
            + signer().sign(new JWSHeader(algorithm), signed.getBytes(StandardCharsets.US_ASCII));
      } catch (JOSEException e) {
        throw new IllegalStateException(e);
      }
    }

    TrustAnchors trusted(Path file) {
      return trust(file, pem);
    }
  }

  private Connectors() {}

  static TrustAnchors trust(Path file, String... pem) {
    try {
      Files.writeString(file, String.join("\n", pem));
      return TrustAnchors.read(file, PROVIDERS, NOW);
    } catch (IOException | KeyMaterialException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Claims that every gate passes, for {@link #request()}.
  static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("connector-1")
        .subject(DEVICE)
        .audience(AUDIENCE)
        .issueTime(Date.from(NOW.minusSeconds(10)))
        .expirationTime(Date.from(NOW.plus(Duration.ofMinutes(50))))
        .claim("nonce", "n-1")
        .claim("device_name", NAME)
        .claim("san_dns", List.of(NAME))
        .claim("san_upn", List.of("anna@example.com"));
  }

  static CertificateRequest request() {
    return request(
        "CN=" + NAME, new GeneralName(GeneralName.dNSName, NAME), upn("anna@example.com"));
  }

  static CertificateRequest request(String subject, GeneralName... names) {
    return TestRequests.of(
        subject,
        TestRequests.P_256,
        names.length == 0
            ? null
            : TestRequests.extension(
                org.bouncycastle.asn1.x509.Extension.subjectAlternativeName,
                new GeneralNames(names)));
  }

  static GeneralName upn(String name) {
    return new GeneralName(
        GeneralName.otherName,
        new DERSequence(
            new ASN1Encodable[] {
              SubjectAltNames.UPN, new DERTaggedObject(true, 0, new DERUTF8String(name))
            }));
  }
}
