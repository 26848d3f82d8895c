package org.certctl.front.scep;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.enroll.Endpoint;

/// A CA as an endpoint shows it: what is encrypted to one of its keys is issued by it.
///
/// @param enrollment where its requests go
/// @param caChain the issuing certificate first, the root last
/// @param keys the key that is announced first, then those that are still answered; at least one
public record ScepAuthority(
    Endpoint enrollment, List<X509CertificateHolder> caChain, List<ScepKey> keys) {

  /// Keeps its own copies.
  public ScepAuthority {
    caChain = List.copyOf(caChain);
    keys = List.copyOf(keys);
    if (keys.isEmpty() || caChain.isEmpty()) {
      throw new IllegalArgumentException("an authority has a key and a certificate");
    }
  }

  /// The key that is announced to clients.
  public ScepKey announced() {
    return keys.getFirst();
  }

  /// The same, but every new enrollment waits for a decision.
  ScepAuthority deferring() {
    return new ScepAuthority(enrollment.deferring(), caChain, keys);
  }

  /// Whether the CA speaks SCEP itself, without an RA.
  boolean speaksForItself() {
    return announced().signer().certificate().equals(caChain.getFirst());
  }

  /// What a client needs to know of it: the RA where there is one, the issuing CA, then the chain
  /// up to the root (RFC 8894, section 4.2.1).
  List<X509CertificateHolder> certificates() {
    List<X509CertificateHolder> certificates = new ArrayList<>();
    if (!speaksForItself()) {
      certificates.add(announced().signer().certificate());
    }
    certificates.addAll(caChain);
    return certificates;
  }
}
