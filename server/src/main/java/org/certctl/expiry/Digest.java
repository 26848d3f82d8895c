package org.certctl.expiry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeKind;
import org.certctl.notice.NoticeOutbox;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.Target;

/// Tells how things stand, once in an interval, whether anything is due or not: whoever gets none
/// knows that something is wrong.
public final class Digest {

  static final String MARK = "digest";

  private final Duration interval;
  private final ExpiryStore store;
  private final NoticeOutbox outbox;
  private final NoticeMaker maker;
  private final List<Target> targets;
  private final Supplier<List<WatchedCertificate>> certificates;
  private final IssuedExpiryWatch issued;
  private final Clock clock;

  /// @param interval how often
  /// @param store remembers when it was last told
  /// @param outbox knows what could not be delivered
  /// @param maker begins notices
  /// @param targets whom it goes to
  /// @param certificates those of this instant; asked anew each time
  /// @param issued counts the others
  /// @param clock the server's clock
  public Digest(
      Duration interval,
      ExpiryStore store,
      NoticeOutbox outbox,
      NoticeMaker maker,
      List<Target> targets,
      Supplier<List<WatchedCertificate>> certificates,
      IssuedExpiryWatch issued,
      Clock clock) {
    this.interval = interval;
    this.store = store;
    this.outbox = outbox;
    this.maker = maker;
    this.targets = List.copyOf(targets);
    this.certificates = certificates;
    this.issued = issued;
    this.clock = clock;
  }

  /// Tells when the last time is an interval ago. Run it after {@link IssuedExpiryWatch#run}, by
  /// the same thread.
  public void run() throws StoreUnavailableException {
    Instant now = clock.instant();
    Map<String, Instant> marks = store.marks();
    if (!IssuedExpiryWatch.isDue(Optional.ofNullable(marks.get(MARK)), interval, now)) {
      return;
    }
    Notice notice =
        maker.make(
            now,
            NoticeKind.DIGEST,
            WatchedCertificate.merged(certificates.get()).stream()
                .sorted(Comparator.comparing(WatchedCertificate::notAfter))
                .map(certificate -> certificate.told(Optional.empty()))
                .toList(),
            counts(),
            outbox.counts().getOrDefault(OutboxEntry.State.DEAD, 0L));
    store.advance(marks, Map.of(MARK, now), List.of(notice), targets, List.of());
  }

  private List<Notice.IssuedGroup> counts() {
    return issued.latest().entrySet().stream()
        .flatMap(
            endpoint ->
                endpoint.getValue().entrySet().stream()
                    .map(
                        count ->
                            new Notice.IssuedGroup(
                                endpoint.getKey(), count.getKey(), count.getValue(), List.of())))
        .sorted(
            Comparator.comparing(Notice.IssuedGroup::threshold)
                .thenComparing(Notice.IssuedGroup::profile))
        .toList();
  }
}
