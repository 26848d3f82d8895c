package org.certctl.cli.client;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.RequesterKey;
import org.certctl.pki.Sha256;
import org.certctl.scep.CaCapability;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.Identity;

/// What a renewal starts from: the certificate to be renewed, and the key that proves it.
///
/// @param certificate the certificate to be renewed
/// @param key its key, which signs the request and opens the answer
/// @param byPkcsReq whether to ask by PKCSReq though the server announces RenewalReq
record Renewal(X509CertificateHolder certificate, RequesterKey key, boolean byPkcsReq) {

  /// @throws IllegalArgumentException when the key is not the certificate's
  Renewal {
    if (!isKeyOf(key, certificate)) {
      throw new IllegalArgumentException("the key is not the one of the certificate");
    }
  }

  /// Whether a key is the one that a certificate certifies.
  static boolean isKeyOf(RequesterKey key, X509CertificateHolder certificate) {
    try {
      return Arrays.equals(
          certificate.getSubjectPublicKeyInfo().getEncoded(),
          key.keyPair().getPublic().getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// Who signs the request.
  Identity identity() {
    return new Identity(key.keyPair(), certificate);
  }

  /// RenewalReq where the server announces it, else PKCSReq, by which servers renewed before there
  /// was another way (RFC 8894, sections 2.3 and 3.5.2).
  MessageType messageType(Set<String> capabilities) {
    return !byPkcsReq && capabilities.contains(CaCapability.RENEWAL.keyword())
        ? MessageType.RENEWAL_REQ
        : MessageType.PKCS_REQ;
  }

  /// The subject of the certificate.
  X500Name subject() {
    return certificate.getSubject();
  }

  /// The subject alternative names of the certificate; none when it has none.
  ///
  /// @throws IllegalArgumentException when they cannot be read
  List<GeneralName> subjectAltNames() {
    GeneralNames names =
        GeneralNames.fromExtensions(certificate.getExtensions(), Extension.subjectAlternativeName);
    return names == null ? List.of() : List.of(names.getNames());
  }

  /// The fingerprint of the certificate.
  Sha256 fingerprint() {
    return CaTrust.fingerprint(certificate);
  }

  @Override
  public String toString() {
    return "Renewal[" + certificate.getSubject() + "]";
  }
}
