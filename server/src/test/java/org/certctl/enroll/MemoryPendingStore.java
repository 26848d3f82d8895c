package org.certctl.enroll;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.enroll.MemoryEnrollmentStore.Failure;
import org.certctl.pki.Sha256;

/// Requests that wait, in memory, beside the enrollments and claims of a {@link
/// MemoryEnrollmentStore}, whose next failure hits the writes here too.
public final class MemoryPendingStore implements PendingStore, PendingDecisions {

  private static final class Row {
    final long number;
    PendingEnrollment enrollment;
    PendingState state = new PendingState.Waiting();
    Instant closedAt = Instant.MAX;

    Row(long number, PendingEnrollment enrollment) {
      this.number = number;
      this.enrollment = enrollment;
    }

    PendingEntry entry() {
      return new PendingEntry(number, enrollment, state);
    }
  }

  private final MemoryEnrollmentStore store;
  private final List<Row> rows = new ArrayList<>();
  private long last;

  /// An empty store.
  public MemoryPendingStore(MemoryEnrollmentStore store) {
    this.store = store;
    store.onRelease(this::giveBack);
    store.onReplace(this::replace);
  }

  private Optional<UUID> giveBack(IntentId intent) {
    Optional<Row> redeemed =
        rows.stream()
            .filter(row -> row.state.equals(new PendingState.Redeemed(intent)))
            .findFirst();
    redeemed.ifPresent(
        row -> {
          row.state = new PendingState.Approved("", Instant.EPOCH);
          row.closedAt = Instant.MAX;
        });
    return redeemed.map(row -> row.enrollment.id().value());
  }

  @Override
  public QueueResult queue(
      PendingEnrollment enrollment,
      ApprovalRules bounds,
      Optional<Replacement> replaced,
      List<AuditEvent> events)
      throws StoreUnavailableException {
    synchronized (store) {
      Optional<Failure> failure = store.beginWrite();
      Optional<Runnable> undo = replaced.flatMap(this::replace);
      if (replaced.isPresent() && undo.isEmpty()) {
        MemoryEnrollmentStore.endWrite(failure);
        return new QueueResult.NotReplaced();
      }
      QueueResult result = queue(enrollment, bounds);
      if (result instanceof QueueResult.Queued) {
        replaced.ifPresent(entry -> store.add(entry.events()));
        store.add(events);
      } else {
        undo.ifPresent(Runnable::run);
      }
      MemoryEnrollmentStore.endWrite(failure);
      return result;
    }
  }

  private Optional<Runnable> replace(Replacement replacement) {
    return rows.stream()
        .filter(row -> row.enrollment.id().equals(replacement.id()))
        .filter(row -> row.state instanceof PendingState.Waiting)
        .findFirst()
        .map(
            row -> {
              PendingState before = row.state;
              Runnable claims = store.claims().free(row.enrollment.id().value());
              refuse(row, replacement.refused(), Claims.KEPT);
              return () -> {
                row.state = before;
                row.closedAt = Instant.MAX;
                claims.run();
              };
            });
  }

  private QueueResult queue(PendingEnrollment enrollment, ApprovalRules bounds) {
    String endpoint = enrollment.key().endpoint();
    Optional<PendingEntry> open =
        newest(
            row ->
                isOf(row, endpoint, ByteString.of(enrollment.key().transactionId()))
                    && row.entry().isOpen());
    if (open.isPresent()) {
      return new QueueResult.AlreadyPending(open.get());
    }
    List<Row> waiting =
        rows.stream()
            .filter(row -> row.enrollment.key().endpoint().equals(endpoint))
            .filter(row -> row.state instanceof PendingState.Waiting)
            .toList();
    if (waiting.size() >= bounds.maxPending()) {
      return new QueueResult.Full(QueueResult.Limit.ENDPOINT);
    }
    String address = enrollment.facts().origin().sourceAddress();
    if (waiting.stream()
            .filter(row -> row.enrollment.facts().origin().sourceAddress().equals(address))
            .count()
        >= bounds.maxPendingPerAddress()) {
      return new QueueResult.Full(QueueResult.Limit.ADDRESS);
    }
    Optional<ChallengeClaim> taken =
        store.claims().takeAll(enrollment.claims(), enrollment.id().value(), enrollment.at());
    if (taken.isPresent()) {
      return new QueueResult.ClaimTaken(taken.get());
    }
    last++;
    rows.add(new Row(last, cut(enrollment)));
    return new QueueResult.Queued(last);
  }

  private static PendingEnrollment cut(PendingEnrollment enrollment) {
    return until(enrollment, enrollment.expiresAt());
  }

  /// Times are kept in milliseconds, as in the other stores.
  private static PendingEnrollment until(PendingEnrollment enrollment, Instant expiresAt) {
    return new PendingEnrollment(
        enrollment.id(),
        enrollment.key(),
        enrollment.requesterKeyDigest(),
        enrollment.challengeMac(),
        enrollment.method(),
        enrollment.request(),
        enrollment.facts(),
        enrollment.claims(),
        enrollment.at().truncatedTo(ChronoUnit.MILLIS),
        expiresAt.truncatedTo(ChronoUnit.MILLIS));
  }

  @Override
  public Optional<PendingEntry> newest(String endpoint, ByteString transactionId) {
    return newest(row -> isOf(row, endpoint, transactionId));
  }

  @Override
  public Optional<PendingEntry> newestKnownTo(
      String endpoint, ByteString transactionId, Sha256 keyDigest) {
    return newest(
        row ->
            isOf(row, endpoint, transactionId)
                && List.of(row.enrollment.requesterKeyDigest(), row.enrollment.subjectKeyDigest())
                    .contains(keyDigest));
  }

  private static boolean isOf(Row row, String endpoint, ByteString transactionId) {
    TransactionKey key = row.enrollment.key();
    return key.endpoint().equals(endpoint)
        && Arrays.equals(key.transactionId(), transactionId.octets());
  }

  private Optional<PendingEntry> newest(Predicate<Row> condition) {
    synchronized (store) {
      return rows.reversed().stream().filter(condition).findFirst().map(Row::entry);
    }
  }

  @Override
  public List<PendingEntry> approved(long after, int limit) {
    return list(row -> row.state instanceof PendingState.Approved && row.number > after, limit);
  }

  @Override
  public List<PendingEntry> overdue(Instant now, int limit) {
    return list(
        row -> row.entry().isOpen() && !row.enrollment.expiresAt().isAfter(now),
        Comparator.comparing(row -> row.enrollment.expiresAt()),
        limit);
  }

  @Override
  public List<PendingEntry> page(long after, int limit, boolean closedToo) {
    return list(row -> row.number > after && (closedToo || row.entry().isOpen()), limit);
  }

  private List<PendingEntry> list(Predicate<Row> condition, int limit) {
    return list(condition, Comparator.comparing(row -> row.number), limit);
  }

  private List<PendingEntry> list(Predicate<Row> condition, Comparator<Row> order, int limit) {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("the limit is 1 to 1000");
    }
    synchronized (store) {
      return rows.stream().filter(condition).sorted(order).limit(limit).map(Row::entry).toList();
    }
  }

  @Override
  public Optional<PendingEntry> find(long number) {
    return newest(row -> row.number == number);
  }

  @Override
  public boolean approve(PendingId id, String actor, Instant at, List<AuditEvent> events)
      throws StoreUnavailableException {
    return move(
        id,
        row -> row.state instanceof PendingState.Waiting && row.enrollment.expiresAt().isAfter(at),
        row -> {
          Instant decided = at.truncatedTo(ChronoUnit.MILLIS);
          Duration timeout = Duration.between(row.enrollment.at(), row.enrollment.expiresAt());
          row.state = new PendingState.Approved(actor, decided);
          row.enrollment = until(row.enrollment, decided.plus(timeout));
        },
        events);
  }

  @Override
  public boolean reject(
      PendingId id, String words, String actor, Instant at, List<AuditEvent> events)
      throws StoreUnavailableException {
    if (words.length() > MAX_WORDS) {
      throw new IllegalArgumentException("words for a requester have at most " + MAX_WORDS);
    }
    PendingState.Refused refused = new PendingState.Refused(REJECTED, words, actor, at);
    return move(id, row -> row.entry().isOpen(), row -> refuse(row, refused, Claims.KEPT), events);
  }

  @Override
  public boolean refuseWaiting(
      PendingId id, PendingState.Refused refused, Claims fate, List<AuditEvent> events)
      throws StoreUnavailableException {
    return move(
        id,
        row -> row.state instanceof PendingState.Waiting,
        row -> refuse(row, refused, fate),
        events);
  }

  @Override
  public boolean refuseApproved(PendingId id, PendingState.Refused refused, List<AuditEvent> events)
      throws StoreUnavailableException {
    return move(
        id,
        row -> row.state instanceof PendingState.Approved,
        row -> refuse(row, refused, Claims.FREED),
        events);
  }

  private void refuse(Row row, PendingState.Refused refused, Claims fate) {
    Instant at = refused.at().truncatedTo(ChronoUnit.MILLIS);
    row.state = new PendingState.Refused(refused.code(), refused.words(), refused.actor(), at);
    row.closedAt = at;
    if (fate == Claims.FREED) {
      var _ = store.claims().free(row.enrollment.id().value());
    }
  }

  @Override
  public boolean redeem(PendingId id, Intent intent, List<AuditEvent> events)
      throws StoreUnavailableException {
    synchronized (store) {
      Optional<KnownEnrollment> known = store.find(intent.key());
      if (known.isPresent() && known.get() instanceof KnownEnrollment.Open) {
        return false;
      }
      return move(
          id,
          row -> row.state instanceof PendingState.Approved,
          row -> {
            row.state = new PendingState.Redeemed(intent.id());
            row.closedAt = intent.at();
            store.claims().pass(id.value(), intent.id().value());
            store.put(intent);
          },
          events);
    }
  }

  private boolean move(
      PendingId id,
      Predicate<Row> from,
      java.util.function.Consumer<Row> how,
      List<AuditEvent> events)
      throws StoreUnavailableException {
    synchronized (store) {
      Optional<Failure> failure = store.beginWrite();
      Optional<Row> found =
          rows.stream().filter(row -> row.enrollment.id().equals(id)).filter(from).findFirst();
      found.ifPresent(
          row -> {
            how.accept(row);
            store.add(events);
          });
      MemoryEnrollmentStore.endWrite(failure);
      return found.isPresent();
    }
  }

  @Override
  public Map<String, Long> waiting() {
    synchronized (store) {
      return rows.stream()
          .filter(row -> row.state instanceof PendingState.Waiting)
          .collect(
              Collectors.groupingBy(row -> row.enrollment.key().endpoint(), Collectors.counting()));
    }
  }

  @Override
  public int forgetClosed(Instant before) {
    synchronized (store) {
      int all = rows.size();
      rows.removeIf(row -> row.closedAt.isBefore(before));
      return all - rows.size();
    }
  }
}
