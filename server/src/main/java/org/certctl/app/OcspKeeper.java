package org.certctl.app;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.issuer.OcspSigner;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.OcspResponders;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.CertificateExpiries.Watched;

/// Keeps the OCSP responders of all CAs up to date while the server runs. Safe to use from many
/// threads.
final class OcspKeeper {

  private final OcspResponders responders;
  private final Supplier<List<LocalCa>> cas;
  private final Duration warnBefore;
  private final CertificateExpiries expiries;
  private volatile Present present = new Present(Set.of(), Map.of());

  /// What is answered for: the issuers whose certificate is in force, and the keys there are.
  private record Present(Set<String> issuers, Map<String, OcspSigner> signers) {}

  /// @param responders makes and finds them
  /// @param cas the CAs as they are now; asked anew each time
  /// @param warnBefore how long before the end of one somebody has to know
  /// @param expiries watches their ends
  OcspKeeper(
      OcspResponders responders,
      Supplier<List<LocalCa>> cas,
      Duration warnBefore,
      CertificateExpiries expiries) {
    this.responders = responders;
    this.cas = cas;
    this.warnBefore = warnBefore;
    this.expiries = expiries;
  }

  /// Whether OCSP is answered for an issuer, or will be when its trouble is over.
  boolean serves(String issuerId) {
    return present.issuers().contains(issuerId);
  }

  /// The key that answers for an issuer; absent when there is none.
  Optional<OcspSigner> signer(String issuerId) {
    return Optional.ofNullable(present.signers().get(issuerId));
  }

  /// Looks whether anything is due, and does it. One CA's trouble is not another's.
  ///
  /// @throws IOException when a CA has no responder that can be used; it is the first that failed
  synchronized void check() throws IOException {
    Set<String> issuers = new HashSet<>();
    Map<String, OcspSigner> signers = new HashMap<>();
    List<IOException> failures = new ArrayList<>();
    for (LocalCa ca : cas.get()) {
      Optional<OcspSigner> signer = signer(ca.issuerId());
      try {
        signer = responders.responderOf(ca);
        if (signer.isPresent()) {
          issuers.add(ca.issuerId());
        }
      } catch (IOException e) {
        // Its last one may still be in force.
        issuers.add(ca.issuerId());
        failures.add(e);
      }
      signer.ifPresent(known -> signers.put(ca.issuerId(), known));
    }
    Present found = new Present(Set.copyOf(issuers), Map.copyOf(signers));
    if (!found.equals(present)) {
      present = found;
      expiries.watch(signers.values().stream().map(this::watched).toList());
    }
    expiries.remind();
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /// The certificates of the responders, as notices tell of them.
  List<WatchedCertificate> certificates() {
    return present.signers().values().stream()
        .map(
            signer ->
                WatchedCertificate.of(
                    "ocsp",
                    signer.issuerId(),
                    signer.responder().holder(),
                    Optional.of(warnBefore)))
        .toList();
  }

  private Watched watched(OcspSigner signer) {
    return new Watched("ocsp", signer.issuerId(), signer.responder().notAfter(), warnBefore);
  }
}
