package org.certctl.expiry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeKind;
import org.certctl.notice.Target;

/// Counts the issued certificates that end soon, and tells of them: together, grouped by endpoint
/// and threshold, once in an interval at most.
///
/// What comes under a threshold before the next notice is told of in this one: between the
/// threshold and an interval more before the end, never later.
///
/// What was told is one mark for each threshold: all certificates that end until then were told of,
/// or were not to be. A run tells of those beyond the mark that are due under the threshold and not
/// under the next shorter one, and moves the mark, in one transaction; so each is told of once for
/// each threshold, and one that is found late under the nearest only, however many there are. That
/// is exact because a threshold counts only for certificates that live longer than it reaches: none
/// that the mark has passed can still come into being. Nor does it count for those that do not live
/// twice as long: they would be told of soon after they were issued, which helps nobody.
public final class IssuedExpiryWatch {

  static final String RUN_MARK = "issued";
  private static final Duration COUNTED_EVERY = Duration.ofHours(1);
  private static final int PAGE = 1000;
  private static final int MAX_OF_GROUP = 20;
  private static final int MAX_OF_NOTICE = 200;
  private static final int MAX_GROUPS = 200;

  private record GroupKey(String endpoint, Duration threshold) {}

  private static final class Group {
    private long count;
    private final List<Notice.IssuedCertificate> first = new ArrayList<>();
  }

  private final class Walk {
    private final Instant now;
    private final Map<String, Instant> marks;
    private final Map<String, Map<Duration, Long>> counts = new TreeMap<>();
    private final Map<GroupKey, Group> groups =
        new TreeMap<>(Comparator.comparing(GroupKey::threshold).thenComparing(GroupKey::endpoint));
    private int listed;

    Walk(Instant now, Map<String, Instant> marks) {
      this.now = now;
      this.marks = marks;
    }

    void add(IssuedEnd end) {
      Duration left = Duration.between(now, end.notAfter());
      for (Duration threshold : rules.thresholds()) {
        if (left.compareTo(threshold) <= 0) {
          counts
              .computeIfAbsent(end.endpoint(), _ -> new HashMap<>())
              .merge(threshold, 1L, Long::sum);
        }
      }
      rules
          .passed(left.minus(rules.interval()))
          .filter(threshold -> end.lifetime().compareTo(threshold.multipliedBy(2)) >= 0)
          .filter(threshold -> end.lifetime().compareTo(rules.reach(threshold)) >= 0)
          .filter(threshold -> isBeyondMark(end, threshold))
          .ifPresent(threshold -> tell(end, threshold));
    }

    private boolean isBeyondMark(IssuedEnd end, Duration threshold) {
      Instant mark = marks.get(mark(threshold));
      return mark == null || end.notAfter().isAfter(mark);
    }

    private void tell(IssuedEnd end, Duration threshold) {
      Group group =
          groups.computeIfAbsent(new GroupKey(end.endpoint(), threshold), _ -> new Group());
      group.count++;
      if (group.first.size() < MAX_OF_GROUP && listed < MAX_OF_NOTICE) {
        listed++;
        group.first.add(
            new Notice.IssuedCertificate(
                end.subject(), end.device(), end.issuerId(), end.serialNumber(), end.notAfter()));
      }
    }

    List<Notice.IssuedGroup> told() {
      return groups.entrySet().stream()
          .limit(MAX_GROUPS)
          .map(
              each ->
                  new Notice.IssuedGroup(
                      each.getKey().endpoint(),
                      each.getKey().threshold(),
                      each.getValue().count,
                      each.getValue().first))
          .toList();
    }
  }

  private final ExpiryRules rules;
  private final ExpiryStore store;
  private final NoticeMaker maker;
  private final List<Target> targets;
  private final Clock clock;
  private final ExpiryObserver observer;
  private Optional<Instant> counted = Optional.empty();
  private volatile Map<String, Map<Duration, Long>> latest = Map.of();

  /// @param rules when something is told
  /// @param store knows the certificates, and what was told
  /// @param maker begins notices
  /// @param targets where notices go; none is fine, the audit trail knows
  /// @param clock the server's clock
  /// @param observer is told of counts and notices
  public IssuedExpiryWatch(
      ExpiryRules rules,
      ExpiryStore store,
      NoticeMaker maker,
      List<Target> targets,
      Clock clock,
      ExpiryObserver observer) {
    this.rules = rules;
    this.store = store;
    this.maker = maker;
    this.targets = List.copyOf(targets);
    this.clock = clock;
    this.observer = observer;
  }

  /// The mark of a threshold: until where it was told.
  static String mark(Duration threshold) {
    return RUN_MARK + ":" + threshold.toSeconds();
  }

  /// The counts of the last run, by endpoint.
  Map<String, Map<Duration, Long>> latest() {
    return latest;
  }

  /// Counts, when that is an hour ago, and tells, when the last time is an interval ago. To be run
  /// every few seconds or minutes, by one thread.
  public void run() throws StoreUnavailableException {
    Instant now = clock.instant();
    Map<String, Instant> marks = store.marks();
    boolean telling = isDue(Optional.ofNullable(marks.get(RUN_MARK)), rules.interval(), now);
    if (!telling && !isDue(counted, COUNTED_EVERY, now)) {
      return;
    }
    Walk walk = walk(now, marks);
    latest = walk.counts;
    observer.counted(walk.counts);
    counted = Optional.of(now);
    if (telling) {
      tell(now, marks, walk.told());
    }
  }

  /// Shows no counts any more, until the next run: another node counts.
  public void rest() {
    if (counted.isPresent()) {
      counted = Optional.empty();
      latest = Map.of();
      observer.counted(latest);
    }
  }

  /// A clock that was set back must not have us wait until it is there again.
  static boolean isDue(Optional<Instant> last, Duration interval, Instant now) {
    return last.isEmpty() || now.isBefore(last.get()) || !now.isBefore(last.get().plus(interval));
  }

  private Walk walk(Instant now, Map<String, Instant> marks) throws StoreUnavailableException {
    Walk walk = new Walk(now, marks);
    Optional<ExpiryStore.Cursor> cursor = Optional.empty();
    do {
      ExpiryStore.Page page =
          store.issuedEnds(now, now.plus(rules.reach(rules.longest())), cursor, PAGE);
      page.ends().stream().filter(IssuedEnd::good).forEach(walk::add);
      cursor = page.next();
    } while (cursor.isPresent());
    return walk;
  }

  private void tell(Instant now, Map<String, Instant> marks, List<Notice.IssuedGroup> groups)
      throws StoreUnavailableException {
    Map<String, Instant> after = new HashMap<>();
    after.put(RUN_MARK, now);
    for (Duration threshold : rules.thresholds()) {
      Instant reached = now.plus(rules.reach(threshold));
      Instant mark = marks.get(mark(threshold));
      // Never back: what was told stays told, whatever the clock does.
      after.put(mark(threshold), mark == null || reached.isAfter(mark) ? reached : mark);
    }
    List<Notice> notices = new ArrayList<>();
    List<AuditEvent> events = new ArrayList<>();
    if (!groups.isEmpty()) {
      Notice notice = maker.make(now, NoticeKind.ISSUED_CERTIFICATES, List.of(), groups, 0);
      notices.add(notice);
      for (Notice.IssuedGroup group : groups) {
        events.add(
            new AuditEvent.IssuedExpiryNoticed(
                now,
                group.profile(),
                Notice.text(group.threshold()),
                Long.toString(group.count()),
                notice.id()));
      }
    }
    if (store.advance(marks, after, notices, targets, events)) {
      notices.forEach(observer::told);
    }
  }
}
