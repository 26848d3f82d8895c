package org.certctl.bench;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.ScepCrypto;

/// Messages that open to nothing, a class for each cause. The first class stands there twice: how
/// far its two halves differ is the noise of the machine.
final class UnreadableMessages {

  private final ScepCrypto crypto;
  private final X509CertificateHolder recipient;
  private final KeyPair key;
  private final Identity signer;
  private final SecureRandom random = new SecureRandom();

  UnreadableMessages(ScepCrypto crypto, X509CertificateHolder recipient, KeyPair key) {
    this.crypto = crypto;
    this.recipient = recipient;
    this.key = key;
    this.signer = SelfSigned.of(key, new X500Name("CN=oracle"), Instant.now(), crypto, random);
  }

  /// This many messages of each class.
  Map<String, List<byte[]>> make(int variants) {
    var changes = new LinkedHashMap<String, BiConsumer<PkiMessageBuilder, Pkcs10Builder>>();
    changes.put("RSA padding", (m, _) -> m.changeEncryptedKey(UnreadableMessages::flipped));
    changes.put("RSA padding again", (m, _) -> m.changeEncryptedKey(UnreadableMessages::flipped));
    changes.put("RSA value zero", (m, _) -> m.changeEncryptedKey(k -> new byte[k.length]));
    changes.put("RSA length", (m, _) -> m.changeEncryptedKey(k -> Arrays.copyOf(k, 100)));
    changes.put("key length", (m, _) -> m.changeContentKey(k -> Arrays.copyOf(k, 24)));
    changes.put("wrong key", (m, _) -> m.changeContentKey(UnreadableMessages::flipped));
    changes.put(
        "CBC padding", (m, _) -> m.changeEncryptedContent(c -> Arrays.copyOf(c, c.length - 16)));
    changes.put("IV", (m, _) -> m.changeInitializationVector(UnreadableMessages::flipped));
    changes.put("not ASN.1", (m, csr) -> m.plaintext(new byte[csr.build().length]));
    changes.put(
        "PKCS#10 signature",
        (m, csr) -> m.plaintext(csr.changeSignature(UnreadableMessages::flipped).build()));
    var messages = new LinkedHashMap<String, List<byte[]>>();
    changes.forEach(
        (name, change) -> {
          var list = new ArrayList<byte[]>();
          for (int i = 0; i < variants; i++) {
            list.add(message(change));
          }
          messages.put(name, list);
        });
    return messages;
  }

  private byte[] message(BiConsumer<PkiMessageBuilder, Pkcs10Builder> change) {
    var csr = new Pkcs10Builder(key, new X500Name("CN=oracle"), crypto).challenge("none");
    var message =
        new PkiMessageBuilder(crypto, random)
            .signer(signer)
            .recipient(recipient)
            .plaintext(csr.build());
    change.accept(message, csr);
    return message.build();
  }

  private static byte[] flipped(byte[] octets) {
    var copy = octets.clone();
    copy[copy.length / 2] ^= 1;
    return copy;
  }
}
