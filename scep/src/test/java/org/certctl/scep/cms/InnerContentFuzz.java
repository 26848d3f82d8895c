package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;

/// What comes out of an envelope, for each message type; the first octet chooses the type.
class InnerContentFuzz {
  @FuzzTest(maxDuration = "30m")
  void opensOrRejects(byte[] input) {
    if (input.length == 0) {
      return;
    }
    MessageType[] types = MessageType.values();
    MessageType type = types[(input[0] & 0xff) % types.length];
    byte[] plaintext = java.util.Arrays.copyOfRange(input, 1, input.length);
    if (plaintext.length < 100_000) {
      byte[] message = Messages.pkcsReq().type(type).plaintext(plaintext).build();
      Messages.decode(message, AlgorithmPolicy.legacy());
    }
  }

  @FuzzTest(maxDuration = "30m")
  void parsesPkcs10OrRefuses(byte[] input) {
    try {
      Pkcs10 csr = Pkcs10.parse(input, Limits.defaults());
      csr.verify(TestPki.CRYPTO);
      assertThat(csr.challengePasswords()).doesNotContainNull();
      csr.requestedExtensions();
      assertThat(csr.subject().toString()).isNotNull();
      csr.signatureDigest();
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }

  @FuzzTest(maxDuration = "30m")
  void parsesEnvelopeOrRefuses(byte[] input) throws KeyUnavailableException {
    try {
      Envelope.parse(input, Limits.defaults())
          .open(java.util.List.of(TestPki.RA_KEY), TestPki.CRYPTO);
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }

  @FuzzTest(maxDuration = "30m")
  void opensByPasswordOrRefuses(byte[] input) {
    try {
      Envelope.parse(input, Limits.defaults()).open(Messages.PASSWORD, TestPki.CRYPTO);
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }
}
