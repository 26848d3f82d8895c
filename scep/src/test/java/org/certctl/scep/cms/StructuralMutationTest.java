package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Mutators 1 to 5 of the fuzz plan: changes of valid messages that know their structure.
///
/// Each mutation follows from its seed, which is in the failure's description.
class StructuralMutationTest {
  private static final int MUTATIONS = 1500;
  private static final byte[] TAGS = {
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x0c,
    0x13,
    0x16,
    0x17,
    0x18,
    0x1e,
    0x30,
    0x31,
    (byte) 0x80,
    (byte) 0xa0,
    (byte) 0xa1,
    (byte) 0xa3,
    0x24,
    0x33,
    0x1f,
    0x00
  };

  /// One element, as a tree that can be written wrongly.
  private static final class Node {
    byte tag;
    byte[] content = new byte[0];
    @Nullable List<Node> children;
    byte @Nullable [] rawLength;

    static List<Node> parse(byte[] in, int start, int end) {
      var nodes = new ArrayList<Node>();
      int position = start;
      while (position < end) {
        var node = new Node();
        node.tag = in[position++];
        int length = in[position++] & 0xff;
        if (length > 0x80) {
          int octets = length & 0x7f;
          length = 0;
          for (int i = 0; i < octets; i++) {
            length = length << 8 | (in[position++] & 0xff);
          }
        }
        if ((node.tag & 0x20) != 0) {
          node.children = parse(in, position, position + length);
        } else {
          node.content = Arrays.copyOfRange(in, position, position + length);
        }
        position += length;
        nodes.add(node);
      }
      return nodes;
    }

    void collect(List<Node> all) {
      all.add(this);
      if (children != null) {
        children.forEach(child -> child.collect(all));
      }
    }

    byte[] encoded() {
      byte[] body = content;
      if (children != null) {
        var out = new ByteArrayOutputStream();
        children.forEach(child -> out.writeBytes(child.encoded()));
        body = out.toByteArray();
      }
      var out = new ByteArrayOutputStream();
      out.write(tag);
      if (rawLength != null) {
        out.writeBytes(rawLength);
      } else if (body.length < 0x80) {
        out.write(body.length);
      } else {
        out.write(0x83);
        out.write(body.length >> 16);
        out.write(body.length >> 8);
        out.write(body.length);
      }
      out.writeBytes(body);
      return out.toByteArray();
    }
  }

  private static byte[] mutated(byte[] valid, Random random) {
    List<Node> roots = Node.parse(valid, 0, valid.length);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      var all = new ArrayList<Node>();
      roots.forEach(root -> root.collect(all));
      mutate(all.get(random.nextInt(all.size())), random);
    }
    var out = new ByteArrayOutputStream();
    roots.forEach(root -> out.writeBytes(root.encoded()));
    return out.toByteArray();
  }

  private static void mutate(Node node, Random random) {
    List<Node> children = node.children == null ? new ArrayList<>() : node.children;
    boolean parent = !children.isEmpty();
    switch (random.nextInt(12)) {
      case 0 -> node.rawLength = new byte[] {(byte) 0x80};
      case 1 -> node.rawLength = new byte[] {(byte) 0x84, -1, -1, -1, -1};
      case 2 -> node.rawLength = new byte[] {(byte) random.nextInt(256)};
      case 3 -> node.tag = TAGS[random.nextInt(TAGS.length)];
      case 4 -> node.tag ^= 0x20;
      case 5 -> {
        if (parent) {
          children.add(children.get(random.nextInt(children.size())));
        }
      }
      case 6 -> {
        if (parent) {
          children.remove(random.nextInt(children.size()));
        }
      }
      case 7 -> {
        if (parent) {
          Collections.shuffle(children, random);
        }
      }
      case 8 -> {
        node.content = new byte[random.nextInt(4)];
        node.children = node.children == null ? null : new ArrayList<>();
      }
      case 9 -> {
        if (node.content.length > 0) {
          node.content[random.nextInt(node.content.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 10 -> node.content = Arrays.copyOf(node.content, node.content.length + 1);
      default -> {
        node.content = new byte[random.nextInt(70_000)];
        random.nextBytes(node.content);
      }
    }
  }

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
          byte[] message = mutated(valid.get(random.nextInt(valid.size())), random);
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
                  .changeEnvelope(envelope -> mutated(envelope, random))
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
                  .plaintext(mutated(csr, random))
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
            Pkcs10.parse(mutated(csr, new Random(seed)), Limits.defaults()).verify(TestPki.CRYPTO);
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
