package org.certctl.outbound;

import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.cert.X509CertificateHolder;

/// Which TLS servers are believed to be who they say.
public sealed interface ServerTrust {

  /// Those the authorities known to this machine's Java vouch for, under the name in the URL.
  record PublicAuthorities() implements ServerTrust {}

  /// Those that these authorities vouch for, and no others, under the name in the URL.
  ///
  /// @param certificates what to trust: authorities, or the server's certificate itself
  record Authorities(List<X509CertificateHolder> certificates) implements ServerTrust {
    /// Copies the list and refuses an empty one.
    public Authorities {
      certificates = List.copyOf(certificates);
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException("at least one certificate is needed");
      }
    }
  }

  /// Any server under any name. Proves nothing about who answers.
  ///
  /// @param seen is told the certificate of each server, so that it can be shown
  record Anyone(Consumer<X509CertificateHolder> seen) implements ServerTrust {}
}
