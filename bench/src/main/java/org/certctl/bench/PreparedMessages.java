package org.certctl.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.ScepCrypto;

/// Makes HTTP requests with enrollments that are ready to be sent.
///
/// Each is another device: its own RSA-2048 key, its own subject, its own transaction. As most
/// clients do, a device signs its PKCS#10, its transient certificate and its message with that one
/// key, so that the server has three RSA operations of each kind to do.
final class PreparedMessages {

  private final ScepCrypto crypto;
  private final DeviceKeys keys;
  private final X509CertificateHolder recipient;
  private final Challenges challenges;
  private final String requestHead;
  private final SecureRandom random = new SecureRandom();
  private final Instant now;

  /// Where challenges come from.
  @FunctionalInterface
  interface Challenges {

    /// The challenge of a device.
    ///
    /// @param dnsName the name it asks for beside its common name
    String of(String device, String dnsName);
  }

  /// @param recipient the certificate that messages are encrypted to
  /// @param host the value of the Host field
  /// @param path the path of the endpoint
  /// @param now the present
  PreparedMessages(
      ScepCrypto crypto,
      DeviceKeys keys,
      X509CertificateHolder recipient,
      Challenges challenges,
      String host,
      String path,
      Instant now) {
    this.crypto = crypto;
    this.keys = keys;
    this.recipient = recipient;
    this.challenges = challenges;
    this.requestHead =
        "POST "
            + path
            + "?operation=PKIOperation HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: application/x-pki-message\r\nContent-Length: ";
    this.now = now;
  }

  /// Makes requests on all processors.
  ///
  /// @param series a name that no other series of this run has
  List<byte[]> make(String series, int count) {
    return IntStream.range(0, count).parallel().mapToObj(i -> request(series + "-" + i)).toList();
  }

  private byte[] request(String device) {
    try {
      var key = keys.next();
      var subject = new X500Name("CN=" + device + ",O=load");
      var dnsName = device + ".load.example";
      var csr =
          new Pkcs10Builder(key, subject, crypto)
              .challenge(challenges.of(device, dnsName))
              .dnsName(dnsName)
              .build();
      var message =
          new PkiMessageBuilder(crypto, random)
              .signer(SelfSigned.of(key, subject, now, crypto, random))
              .recipient(recipient)
              .plaintext(csr)
              .build();
      var head = (requestHead + message.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
      var request = new byte[head.length + message.length];
      System.arraycopy(head, 0, request, 0, head.length);
      System.arraycopy(message, 0, request, head.length, message.length);
      return request;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a message", e);
    }
  }
}
