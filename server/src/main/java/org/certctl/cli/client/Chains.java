package org.certctl.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CertificateSignature;

/// Chains of certificates out of an unordered lot.
public final class Chains {

  private Chains() {}

  /// The certificates above one, its issuer first, the root last if it is there; empty when the
  /// issuer is not among them. Signatures are verified.
  public static List<X509CertificateHolder> above(
      X509CertificateHolder certificate, List<X509CertificateHolder> lot) {
    List<X509CertificateHolder> chain = new ArrayList<>();
    X509CertificateHolder last = certificate;
    while (chain.size() < lot.size()) {
      X509CertificateHolder current = last;
      Optional<X509CertificateHolder> issuer =
          lot.stream()
              .filter(candidate -> !candidate.equals(current) && !chain.contains(candidate))
              .filter(candidate -> CertificateSignature.isDirectlyIssuedBy(current, candidate))
              .findFirst();
      if (issuer.isEmpty()) {
        break;
      }
      last = issuer.get();
      chain.add(last);
    }
    return chain;
  }
}
