package org.certctl.front.scep;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.certctl.pki.ClientVerdict;

/// Says which client certificates an endpoint trusts on `/scep-mtls`.
@FunctionalInterface
public interface ClientTrust {

  /// Judges what a client presented; absent when the endpoint is not served there at all.
  ///
  /// @param endpoint the endpoint's name
  /// @param presented the client's certificate first; empty when it sent none
  Optional<ClientVerdict> judge(String endpoint, List<X509Certificate> presented);
}
