package org.certctl.outbound;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;

/// What a TLS server showed in a handshake.
///
/// @param protocol the version agreed on, e.g. `TLSv1.3`
/// @param cipherSuite the cipher suite agreed on
/// @param chain the certificates the server sent, its own first
/// @param clientCertificateRequested whether it asked for a certificate of ours
/// @param distrust why the chain is not trusted; absent when it is. The name is not part of it
public record TlsObservation(
    String protocol,
    String cipherSuite,
    List<X509CertificateHolder> chain,
    boolean clientCertificateRequested,
    Optional<String> distrust) {

  /// Copies the list.
  public TlsObservation {
    chain = List.copyOf(chain);
  }
}
