package org.certctl.it;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.PkiMessageBuilder;

/// Messages that open to nothing, each for another reason, otherwise the same.
final class Unreadable {

  private Unreadable() {}

  static List<PkiMessageBuilder> messages(CertctlServer server) {
    var key = Keys.rsa();
    var signer = Crafted.selfSigned("CN=oracle", key);
    var csr = Crafted.csr(server, "CN=oracle", key);
    var spoiled =
        Crafted.csr(server, "CN=oracle", key).changeSignature(Unreadable::flipped).build();
    Supplier<PkiMessageBuilder> message =
        () ->
            Crafted.pkcsReq(server, signer, csr)
                .transactionId(TransactionId.of("oracle"))
                .senderNonce(new byte[16]);
    return List.of(
        message.get().changeEncryptedKey(Unreadable::flipped),
        message.get().changeEncryptedKey(octets -> new byte[octets.length]),
        message.get().changeEncryptedKey(octets -> Arrays.copyOf(octets, 100)),
        message.get().changeContentKey(octets -> Arrays.copyOf(octets, 24)),
        message.get().changeEncryptedContent(Unreadable::flipped),
        message.get().changeEncryptedContent(octets -> Arrays.copyOf(octets, 15)),
        message.get().changeInitializationVector(Unreadable::flipped),
        message.get().plaintext(new byte[csr.build().length]),
        message.get().plaintext(spoiled));
  }

  private static byte[] flipped(byte[] octets) {
    var copy = octets.clone();
    copy[0] ^= 1;
    copy[copy.length - 1] ^= 1;
    return copy;
  }
}
