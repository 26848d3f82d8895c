package org.certctl.app;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.CertificateExpiries.Watched;

/// Every certificate of the server, every one that it trusts, and the CRLs of CAs above that it
/// serves, as they are at an instant.
final class ServerCertificates implements Supplier<List<WatchedCertificate>> {

  private static final Duration WARN_BEFORE = Duration.ofDays(30);

  /// Those that the metrics do not have from elsewhere.
  private static final Set<String> SHOWN_HERE = Set.of("client-ca", "tls-chain", UpperCrls.KIND);

  private final EndpointKeeping keeping;
  private final OcspKeeper ocsp;
  private final TlsReload tls;
  private final ConnectorTrust connectors;
  private final MtlsTrust mtls;
  private final UpperCrls uppers;
  private final CertificateExpiries expiries;
  private List<Watched> shown = List.of();

  /// @param expiries shows those that nobody else shows
  ServerCertificates(
      EndpointKeeping keeping,
      OcspKeeper ocsp,
      TlsReload tls,
      ConnectorTrust connectors,
      MtlsTrust mtls,
      UpperCrls uppers,
      CertificateExpiries expiries) {
    this.keeping = keeping;
    this.ocsp = ocsp;
    this.tls = tls;
    this.connectors = connectors;
    this.mtls = mtls;
    this.uppers = uppers;
    this.expiries = expiries;
  }

  @Override
  public List<WatchedCertificate> get() {
    List<WatchedCertificate> all = new ArrayList<>(keeping.certificates());
    List<X509CertificateHolder> chain = tls.chain();
    all.add(WatchedCertificate.of("tls", "server", chain.getFirst()));
    for (X509CertificateHolder above : chain.subList(1, chain.size())) {
      all.add(WatchedCertificate.of("tls-chain", "server", above));
    }
    all.addAll(ocsp.certificates());
    connectors
        .anchors()
        .forEach(
            (profile, anchors) ->
                anchors.forEach(
                    anchor -> all.add(WatchedCertificate.of("connector", profile, anchor))));
    mtls.cas()
        .forEach(
            (profile, cas) ->
                cas.forEach(
                    ca -> all.add(WatchedCertificate.of("client-ca", profile, holder(ca)))));
    keeping.cas().ifPresent(cas -> all.addAll(uppers.watched(cas)));
    return all;
  }

  /// Shows in metrics and log how long those last that nobody else shows.
  synchronized void show() {
    List<Watched> now =
        get().stream()
            .filter(each -> SHOWN_HERE.contains(each.uses().getFirst().kind()))
            .map(
                each ->
                    new Watched(
                        each.uses().getFirst().kind(),
                        each.uses().getFirst().name() + " " + each.subject(),
                        each.notAfter(),
                        WARN_BEFORE))
            .distinct()
            .toList();
    if (!now.equals(shown)) {
      shown = now;
      expiries.watch(now);
    }
    expiries.remind();
  }

  private static X509CertificateHolder holder(X509Certificate certificate) {
    try {
      return new X509CertificateHolder(certificate.getEncoded());
    } catch (IOException | CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }
}
