package org.certctl.scep.cms;

import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;

/// Choices RFC 8894 leaves to the CA in a CertRep.
///
/// @param chain certificates to add to the message after the signer's, for clients that build a
///   path
public record ReplyOptions(List<X509CertificateHolder> chain) {
  /// Copies the list.
  public ReplyOptions {
    chain = List.copyOf(chain);
  }

  /// Only the signer's certificate.
  public static ReplyOptions defaults() {
    return new ReplyOptions(List.of());
  }
}
