package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A PKCS#10 request, right or wrong as a test wants it.
final class Csr {

  private final String subject;
  private final KeyPair key;
  private final List<ASN1Encodable> challenges = new ArrayList<>();
  private final List<GeneralName> names = new ArrayList<>();
  private String signature;
  private boolean ca;
  private boolean badProof;

  /// A request for this subject with this key: no challenge, no extensions.
  Csr(String subject, KeyPair key) {
    this.subject = subject;
    this.key = key;
    this.signature = Keys.signature(key);
  }

  /// Adds a challengePassword attribute with a UTF8String.
  Csr challenge(String value) {
    return challenge(new DERUTF8String(value));
  }

  /// Adds a challengePassword attribute with this value.
  Csr challenge(ASN1Encodable value) {
    challenges.add(value);
    return this;
  }

  /// Signs with this algorithm, as `SHA1withRSA`.
  Csr signature(String algorithm) {
    signature = algorithm;
    return this;
  }

  /// Asks for a subjectAltName.
  Csr dnsName(String name) {
    names.add(new GeneralName(GeneralName.dNSName, name));
    return this;
  }

  /// Asks for basicConstraints CA:TRUE.
  Csr asCa() {
    ca = true;
    return this;
  }

  /// Spoils the signature.
  Csr withBadProof() {
    badProof = true;
    return this;
  }

  /// The request.
  PKCS10CertificationRequest build() {
    var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), key.getPublic());
    for (var challenge : challenges) {
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, challenge);
    }
    try {
      var extensions = new ExtensionsGenerator();
      if (!names.isEmpty()) {
        extensions.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(new GeneralName[0])));
      }
      if (ca) {
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      }
      if (!extensions.isEmpty()) {
        builder.addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
      }
      var signer = new JcaContentSignerBuilder(signature).build(key.getPrivate());
      var request = builder.build(signer);
      return badProof ? spoiled(request) : request;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private static PKCS10CertificationRequest spoiled(PKCS10CertificationRequest request)
      throws IOException {
    var encoded = request.getEncoded();
    encoded[encoded.length - 1] ^= 1;
    return new PKCS10CertificationRequest(encoded);
  }
}
