package org.certctl.scep.cms;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.fixtures.AttributeMutator;
import org.certctl.scep.fixtures.DerTree;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;

/// Messages that were right, changed at one layer and signed again: a fuzzer that only flips octets
/// never passes the signature. The input is a list of choices, not a message.
class MutatedMessageFuzz {
  private static final byte[] CSR = Messages.csr().build();

  /// The signed layer: attributes that lie, and the structure around them.
  @FuzzTest(maxDuration = "30m")
  void signedLayer(FuzzedDataProvider data) throws KeyUnavailableException {
    IntUnaryOperator below = below(data);
    PkiMessageBuilder message = message(below);
    AttributeMutator.mutate(message, below);
    if (below.applyAsInt(2) == 0) {
      message.structure(CmsStructure.INDEFINITE);
      decode(message.build());
    } else {
      decode(DerTree.mutated(message.build(), below));
    }
  }

  /// What the signature covers: the envelope, and what is in it.
  @FuzzTest(maxDuration = "30m")
  void envelopeAndContent(FuzzedDataProvider data) throws KeyUnavailableException {
    IntUnaryOperator below = below(data);
    PkiMessageBuilder message = message(below);
    switch (below.applyAsInt(4)) {
      case 0 -> message.changeEnvelope(envelope -> DerTree.mutated(envelope, below));
      case 1 -> message.plaintext(DerTree.mutated(CSR, below));
      case 2 -> message.plaintext(data.consumeRemainingAsBytes());
      default -> {
        message.changeContentKey(key -> java.util.Arrays.copyOf(key, below.applyAsInt(65)));
        message.changeInitializationVector(iv -> java.util.Arrays.copyOf(iv, below.applyAsInt(33)));
      }
    }
    decode(message.build());
  }

  private static IntUnaryOperator below(FuzzedDataProvider data) {
    return bound -> data.consumeInt(0, bound - 1);
  }

  private static PkiMessageBuilder message(IntUnaryOperator below) {
    MessageType[] types = MessageType.values();
    PkiMessageBuilder message = Messages.pkcsReq().type(types[below.applyAsInt(types.length)]);
    ContentCipher[] ciphers = ContentCipher.values();
    message.cipher(ciphers[below.applyAsInt(ciphers.length)]);
    message.digest(below.applyAsInt(2) == 0 ? DigestAlgorithm.SHA256 : DigestAlgorithm.SHA1);
    if (below.applyAsInt(4) == 0) {
      message.keyTransport(KeyTransport.RSA_OAEP_SHA256);
    }
    return message;
  }

  private static void decode(byte[] message) throws KeyUnavailableException {
    try {
      Messages.DECODER.decode(
          message, AlgorithmPolicy.legacy(), List.of(TestPki.RA_KEY, TestPki.CA_KEY));
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }
}
