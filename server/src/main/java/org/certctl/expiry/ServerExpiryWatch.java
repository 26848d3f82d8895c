package org.certctl.expiry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeKind;
import org.certctl.notice.Target;
import org.certctl.pki.Sha256;

/// Tells of certificates of the server that end soon: each once for each threshold, over restarts
/// too. One that has passed several thresholds before anybody looked is told of under the nearest
/// one only. To be run every few seconds.
public final class ServerExpiryWatch {

  /// How long what was told of a certificate is remembered after its end.
  private static final Duration REMEMBERED = Duration.ofDays(365);

  private final ExpiryRules rules;
  private final ExpiryStore store;
  private final NoticeMaker maker;
  private final List<Target> targets;
  private final Supplier<List<WatchedCertificate>> certificates;
  private final Clock clock;
  private final ExpiryObserver observer;

  /// @param rules when something is told
  /// @param store remembers it
  /// @param maker begins notices
  /// @param targets where notices go; none is fine, the audit trail knows
  /// @param certificates those of this instant; asked anew each time
  /// @param clock the server's clock
  /// @param observer is told of what is told
  public ServerExpiryWatch(
      ExpiryRules rules,
      ExpiryStore store,
      NoticeMaker maker,
      List<Target> targets,
      Supplier<List<WatchedCertificate>> certificates,
      Clock clock,
      ExpiryObserver observer) {
    this.rules = rules;
    this.store = store;
    this.maker = maker;
    this.targets = List.copyOf(targets);
    this.certificates = certificates;
    this.clock = clock;
    this.observer = observer;
  }

  /// Tells of what is due.
  public void run() throws StoreUnavailableException {
    Instant now = clock.instant();
    List<WatchedCertificate> all = WatchedCertificate.merged(certificates.get());
    Set<Sha256> fingerprints =
        all.stream().map(WatchedCertificate::fingerprint).collect(Collectors.toSet());
    Map<Sha256, Duration> told = store.told(fingerprints);
    for (WatchedCertificate certificate : all) {
      Optional<Duration> threshold = due(certificate, now, told.get(certificate.fingerprint()));
      if (threshold.isPresent()) {
        tell(certificate, threshold.get(), now);
      }
    }
  }

  /// Forgets what was told of certificates that are long gone. To be run now and then.
  public void forget() throws StoreUnavailableException {
    store.forget(
        clock.instant().minus(REMEMBERED),
        certificates.get().stream()
            .map(WatchedCertificate::fingerprint)
            .collect(Collectors.toSet()));
  }

  private Optional<Duration> due(
      WatchedCertificate certificate,
      Instant now,
      @org.jspecify.annotations.Nullable Duration told) {
    Duration left = Duration.between(now, certificate.notAfter());
    return rules
        .passed(left, certificate.renewedBefore().orElse(rules.longest()))
        .filter(threshold -> told == null || threshold.compareTo(told) < 0);
  }

  private void tell(WatchedCertificate certificate, Duration threshold, Instant now)
      throws StoreUnavailableException {
    Notice notice =
        maker.make(
            now,
            NoticeKind.SERVER_CERTIFICATE,
            List.of(certificate.told(Optional.of(threshold))),
            List.of(),
            0);
    Notice.Use use = certificate.uses().getFirst();
    AuditEvent event =
        new AuditEvent.ExpiryNoticed(
            now,
            use.kind() + " " + use.name(),
            certificate.subject(),
            certificate.serialNumber(),
            certificate.fingerprint().hex(),
            certificate.notAfter(),
            Notice.text(threshold),
            notice.id());
    boolean first =
        store.tell(
            new ExpiryStore.Telling(
                certificate.fingerprint(), threshold, certificate.notAfter(), now),
            notice,
            targets,
            event);
    if (first) {
      observer.told(notice);
    }
  }
}
