package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.ScepCrypto;

/// Messages put together octet by octet, as some client would or as none should, and sent to a
/// running server. The reply is read by [Reply], which shares nothing with the server.
final class Crafted {

  static final SecureRandom RANDOM = new SecureRandom();
  static final ScepCrypto CRYPTO = new ScepCrypto(List.of(new BouncyCastleProvider()));

  private Crafted() {}

  /// A transient certificate for a key.
  static Identity selfSigned(String subject, KeyPair key) {
    return SelfSigned.of(key, new X500Name(subject), Instant.now(), CRYPTO, RANDOM);
  }

  /// A PKCS#10 request with the right challenge.
  static Pkcs10Builder csr(CertctlServer server, String subject, KeyPair key) {
    return new Pkcs10Builder(key, new X500Name(subject), CRYPTO)
        .challenge(server.data().challenge());
  }

  /// A PKCSReq to the RA of the server.
  static PkiMessageBuilder pkcsReq(CertctlServer server, Identity signer, Pkcs10Builder csr) {
    return new PkiMessageBuilder(CRYPTO, RANDOM)
        .signer(signer)
        .recipient(ra(server))
        .plaintext(csr.build());
  }

  /// The certificate of the server's RA.
  static X509CertificateHolder ra(CertctlServer server) {
    try {
      return new X509CertificateHolder(server.data().raCertificate().getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  /// Sends a message by POST and reads the CertRep.
  static Reply send(CertctlServer server, byte[] message) {
    return Reply.of(post(server, message));
  }

  /// Sends a message by POST.
  static RawHttp.Response post(CertctlServer server, byte[] message) {
    try {
      return RawHttp.post(server.httpPort(), "/scep/default?operation=PKIOperation", message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
