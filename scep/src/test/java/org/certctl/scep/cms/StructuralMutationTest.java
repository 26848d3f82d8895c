package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.fixtures.DerTree;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Mutators 1 to 5 of the fuzz plan: changes of valid messages that know their structure.
///
/// Each mutation follows from its seed, which is in the failure's description.
class StructuralMutationTest {
  private static final int MUTATIONS = 1500;

  private static void assertDocumentedOutcome(byte[] message, String description) {
    try {
      DecodedRequest decoded =
          Messages.DECODER.decode(
              message, AlgorithmPolicy.legacy(), List.of(TestPki.RA_KEY, TestPki.CA_KEY));
      if (decoded instanceof DecodedRequest.Opened opened) {
        assertThat(opened.requester().subjectPublicKeyInfo()).as(description).isNotEmpty();
        assertThat(opened.request().toString()).as(description).isNotEmpty();
        opened.csr().ifPresent(csr -> assertThat(csr.subject().toString()).isNotNull());
        assertThat(opened.requester().certificate().getSubject().toString()).isNotNull();
      }
    } catch (ScepFormatException e) {
      assertThat(e.code()).as(description).isNotEmpty();
    } catch (KeyUnavailableException | RuntimeException | StackOverflowError e) {
      throw new AssertionError(description, e);
    }
  }

  @Test
  void mutator1_structureOfSignedData() {
    List<byte[]> valid =
        List.of(
            Messages.pkcsReq().build(),
            Messages.pkcsReq().type(MessageType.CERT_POLL).build(),
            Messages.pkcsReq().signer(TestPki.EC).build());
    bounded(
        seed -> {
          var random = new Random(seed);
          byte[] message =
              DerTree.mutated(valid.get(random.nextInt(valid.size())), random::nextInt);
          assertDocumentedOutcome(message, "signed data, seed " + seed);
        });
  }

  @Test
  void mutator1_indefiniteLengthsCutAnywhere() {
    byte[] valid = Messages.pkcsReq().structure(CmsStructure.INDEFINITE).build();
    bounded(
        seed -> {
          var random = new Random(seed);
          byte[] message = Arrays.copyOf(valid, random.nextInt(valid.length));
          assertDocumentedOutcome(message, "cut, seed " + seed);
          byte[] flipped = valid.clone();
          flipped[random.nextInt(valid.length)] ^= (byte) (1 + random.nextInt(255));
          assertDocumentedOutcome(flipped, "flip, seed " + seed);
        });
  }

  @Test
  void mutator4_envelopes() {
    bounded(
        seed -> {
          var random = new Random(seed);
          byte[] message =
              Messages.pkcsReq()
                  .cipher(random.nextBoolean() ? ContentCipher.AES_128 : ContentCipher.DES_EDE3)
                  .changeEnvelope(envelope -> DerTree.mutated(envelope, random::nextInt))
                  .build();
          assertDocumentedOutcome(message, "envelope, seed " + seed);
        },
        MUTATIONS / 4);
  }

  @Test
  void mutator5_innerContent() {
    byte[] csr = Messages.csr().build();
    MessageType[] types = MessageType.values();
    bounded(
        seed -> {
          var random = new Random(seed);
          byte[] message =
              Messages.pkcsReq()
                  .type(types[random.nextInt(types.length)])
                  .plaintext(DerTree.mutated(csr, random::nextInt))
                  .build();
          assertDocumentedOutcome(message, "inner, seed " + seed);
        },
        MUTATIONS / 4);
  }

  @Test
  void mutator5_pkcs10() {
    byte[] csr = Messages.csr().build();
    bounded(
        seed -> {
          try {
            Pkcs10.parse(DerTree.mutated(csr, new Random(seed)::nextInt), Limits.defaults())
                .verify(TestPki.CRYPTO);
          } catch (ScepFormatException e) {
            assertThat(e.code()).isNotEmpty();
          } catch (RuntimeException e) {
            throw new AssertionError("PKCS#10, seed " + seed, e);
          }
        },
        MUTATIONS * 2);
  }

  private static void bounded(java.util.function.IntConsumer trial) {
    bounded(trial, MUTATIONS);
  }

  private static void bounded(java.util.function.IntConsumer trial, int count) {
    Assertions.assertTimeout(
        Duration.ofSeconds(60), () -> IntStream.range(0, count).forEach(trial));
  }
}
