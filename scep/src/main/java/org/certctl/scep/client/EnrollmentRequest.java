package org.certctl.scep.client;

import java.security.KeyPair;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.scep.cms.ScepCrypto;
import org.jspecify.annotations.Nullable;

/// What a requester wants certified.
///
/// @param keyPair the key to be certified
/// @param subject the subject
/// @param subjectAltNames further names
/// @param challenge the challengePassword, if any; a secret
public record EnrollmentRequest(
    KeyPair keyPair,
    X500Name subject,
    List<GeneralName> subjectAltNames,
    @Nullable String challenge) {
  /// Copies the list.
  public EnrollmentRequest {
    subjectAltNames = List.copyOf(subjectAltNames);
  }

  /// A request with DNS names.
  public static EnrollmentRequest of(
      KeyPair keyPair, X500Name subject, List<String> dnsNames, @Nullable String challenge) {
    return new EnrollmentRequest(
        keyPair,
        subject,
        dnsNames.stream().map(name -> new GeneralName(GeneralName.dNSName, name)).toList(),
        challenge);
  }

  /// The PKCS#10 request.
  byte[] csr(ScepCrypto crypto) {
    var builder = new Pkcs10Builder(keyPair, subject, crypto);
    if (challenge != null) {
      builder.challenge(challenge);
    }
    subjectAltNames.forEach(builder::subjectAltName);
    return builder.build();
  }

  /// Without the challenge.
  @Override
  public String toString() {
    return "EnrollmentRequest[" + subject + "]";
  }
}
