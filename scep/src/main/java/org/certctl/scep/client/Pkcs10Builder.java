package org.certctl.scep.client;

import java.io.IOException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.cms.ScepCrypto;

/// Builds PKCS#10 requests (RFC 2986), wrong ones too.
public final class Pkcs10Builder {
  private final ScepCrypto crypto;
  private final KeyPair keyPair;
  private final X500Name subject;
  private final List<ASN1Encodable> attributes = new ArrayList<>();
  private final List<GeneralName> names = new ArrayList<>();
  private final List<Extension> extensions = new ArrayList<>();
  private DigestAlgorithm digest = DigestAlgorithm.SHA256;
  private int version;
  private UnaryOperator<byte[]> signatureChange = UnaryOperator.identity();

  /// Starts a request for a key and a subject.
  public Pkcs10Builder(KeyPair keyPair, X500Name subject, ScepCrypto crypto) {
    this.keyPair = keyPair;
    this.subject = subject;
    this.crypto = crypto;
  }

  /// Adds a challengePassword, as PrintableString where its characters allow.
  public Pkcs10Builder challenge(String challenge) {
    return challenge(
        DERPrintableString.isPrintableString(challenge)
            ? new DERPrintableString(challenge)
            : new DERUTF8String(challenge));
  }

  /// Adds a challengePassword with exactly this value.
  public Pkcs10Builder challenge(ASN1Encodable value) {
    return attribute(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, value);
  }

  /// Adds an attribute with these values.
  public Pkcs10Builder attribute(ASN1ObjectIdentifier type, ASN1Encodable... values) {
    attributes.add(new DERSequence(new ASN1Encodable[] {type, new DERSet(values)}));
    return this;
  }

  /// Asks for a DNS name among the subjectAltNames.
  public Pkcs10Builder dnsName(String name) {
    return subjectAltName(new GeneralName(GeneralName.dNSName, name));
  }

  /// Asks for a name among the subjectAltNames.
  public Pkcs10Builder subjectAltName(GeneralName name) {
    names.add(name);
    return this;
  }

  /// Asks for an extension.
  public Pkcs10Builder extension(Extension extension) {
    extensions.add(extension);
    return this;
  }

  /// Signs over this digest instead of SHA-256.
  public Pkcs10Builder digest(DigestAlgorithm algorithm) {
    this.digest = algorithm;
    return this;
  }

  /// Writes this version number instead of 0.
  public Pkcs10Builder version(int number) {
    this.version = number;
    return this;
  }

  /// Changes the signature after it was made.
  public Pkcs10Builder changeSignature(UnaryOperator<byte[]> change) {
    this.signatureChange = change;
    return this;
  }

  /// The DER encoding.
  public byte[] build() {
    var all = new ArrayList<ASN1Encodable>(attributes);
    if (!names.isEmpty() || !extensions.isEmpty()) {
      all.add(extensionRequest());
    }
    var info =
        new DERSequence(
            new ASN1Encodable[] {
              new ASN1Integer(version),
              subject,
              SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded()),
              new DERTaggedObject(false, 0, new DERSet(all.toArray(new ASN1Encodable[0])))
            });
    var signer = new JcaContentSigner(keyPair.getPrivate(), digest, crypto);
    try {
      signer.getOutputStream().write(info.getEncoded());
      byte[] signature = signatureChange.apply(signer.getSignature());
      return new DERSequence(
              new ASN1Encodable[] {
                info, signer.getAlgorithmIdentifier(), new DERBitString(signature)
              })
          .getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }

  private ASN1Encodable extensionRequest() {
    var requested = new ArrayList<Extension>(extensions);
    if (!names.isEmpty()) {
      try {
        byte[] value = new GeneralNames(names.toArray(new GeneralName[0])).getEncoded();
        requested.add(new Extension(Extension.subjectAlternativeName, subject.size() == 0, value));
      } catch (IOException e) {
        throw new IllegalStateException("encoding in memory failed", e);
      }
    }
    return new DERSequence(
        new ASN1Encodable[] {
          PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
          new DERSet(new Extensions(requested.toArray(new Extension[0])))
        });
  }
}
