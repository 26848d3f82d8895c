package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The algorithm policy `strict`, against devices that do not care what was announced (CAP-11).
final class AlgorithmPolicyIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @ParameterizedTest
  @ValueSource(strings = {"DES", "3DES", "RC2"})
  void SEC12_refusesCipher(String cipher) {
    assertBadAlg(new Device(SERVER, "cipher-" + cipher).cipher(cipherNamed(cipher)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5withRSA", "SHA1withRSA", "SHA224withRSA"})
  void refusesDigestOfMessage(String signature) {
    assertBadAlg(new Device(SERVER, "digest-" + signature).signature(signature));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5withRSA", "SHA1withRSA"})
  void refusesDigestOfRequest(String signature) {
    assertBadAlg(
        new Device(SERVER, "csr-" + signature)
            .request(csr -> csr.challenge(SERVER.data().challenge()).signature(signature)));
  }

  @Test
  void refusesRequesterKeyThatNothingCanBeEncryptedTo() {
    var device =
        new Device(SERVER, "ec-requester")
            .requesterKey(Keys.freshEc())
            .signature("SHA256withECDSA");

    assertBadAlg(device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES-128", "AES-192", "AES-256"})
  void repliesWithTheCipherOfTheRequest(String cipher) {
    var device = new Device(SERVER, "good-" + cipher).cipher(cipherNamed(cipher));

    var reply = device.send();

    device.certificate(reply);
    assertThat(reply.envelope().getEncryptionAlgOID()).isEqualTo(cipherNamed(cipher).getId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA256withRSA", "SHA384withRSA", "SHA512withRSA"})
  void repliesWithTheDigestOfTheRequest(String signature) {
    var device = new Device(SERVER, "good-" + signature).signature(signature);

    var reply = device.send();

    device.certificate(reply);
    assertThat(reply.digestAlgorithm())
        .isEqualTo(
            switch (signature) {
              case "SHA384withRSA" -> NISTObjectIdentifiers.id_sha384.getId();
              case "SHA512withRSA" -> NISTObjectIdentifiers.id_sha512.getId();
              default -> NISTObjectIdentifiers.id_sha256.getId();
            });
  }

  /// A signed FAILURE badAlg, by SHA-256 whatever the request used, and no trace but one entry in
  /// the audit trail.
  private static void assertBadAlg(Device device) {
    var inventory = new Inventory(SERVER.data());
    var certificates = inventory.certificates().size();
    var enrollments = inventory.enrollments();

    var reply = device.send().failedWith(FailInfoCode.BAD_ALG);

    assertThat(reply.digestAlgorithm()).isNotIn("1.2.840.113549.2.5", "1.3.14.3.2.26");
    assertThat(inventory.certificates()).hasSize(certificates);
    assertThat(inventory.enrollments()).isEqualTo(enrollments);
    assertThat(inventory.events(device.transactionId()))
        .hasSize(1)
        .allMatch(event -> List.of("rejected", "refused").contains(event.outcome()))
        .allMatch(event -> event.reason().endsWith("_not_allowed"));
  }

  private static ASN1ObjectIdentifier cipherNamed(String name) {
    return switch (name) {
      case "DES" -> CMSAlgorithm.DES_CBC;
      case "3DES" -> CMSAlgorithm.DES_EDE3_CBC;
      case "RC2" -> CMSAlgorithm.RC2_CBC;
      case "AES-192" -> CMSAlgorithm.AES192_CBC;
      case "AES-256" -> CMSAlgorithm.AES256_CBC;
      default -> CMSAlgorithm.AES128_CBC;
    };
  }
}
