package org.certctl.enroll;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.jspecify.annotations.Nullable;

/// Enrollments, certificates and audit events in memory, keeping the whole contract.
///
/// {@link #fail(Failure)} makes the next write fail once, before or after its effect: after it, the
/// data is kept and the caller is told that it is not, as when an answer is lost or a process dies
/// between a commit and the next step.
public final class MemoryEnrollmentStore
    implements EnrollmentStore, CertificateInventory, AuditLog {

  /// When a write fails.
  public enum Failure {
    /// Nothing is kept.
    BEFORE_EFFECT,
    /// Everything is kept, and the caller hears that it is not.
    AFTER_EFFECT
  }

  private enum State {
    OPEN,
    ISSUED,
    RELEASED
  }

  private static final class Row {
    final Intent intent;
    State state = State.OPEN;
    @Nullable IssuedCertificate certificate;

    Row(Intent intent) {
      this.intent = intent;
    }
  }

  private record ClaimKey(String kind, Sha256 key) {}

  private record HeldClaim(IntentId holder, Instant expiresAt) {}

  private final Clock clock;
  private final SequencedMap<IntentId, Row> rows = new LinkedHashMap<>();
  private final Map<ClaimKey, HeldClaim> claims = new HashMap<>();
  private final List<Entry> certificates = new ArrayList<>();
  private final List<AuditEvent> events = new ArrayList<>();
  private @Nullable Failure nextFailure;

  /// An empty store.
  public MemoryEnrollmentStore(Clock clock) {
    this.clock = clock;
  }

  /// Makes the next write fail, once.
  public synchronized void fail(Failure failure) {
    nextFailure = failure;
  }

  /// All audit events so far, in order.
  public synchronized List<AuditEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public synchronized Optional<KnownEnrollment> find(TransactionKey key) {
    return rows.sequencedValues().reversed().stream()
        .filter(row -> row.intent.key().equals(key) && row.state != State.RELEASED)
        .findFirst()
        .map(MemoryEnrollmentStore::known);
  }

  private static KnownEnrollment known(Row row) {
    Intent intent = row.intent;
    IssuedCertificate certificate = row.certificate;
    if (certificate == null) {
      return new KnownEnrollment.Open(
          intent.id(), intent.requesterKeyDigest(), intent.challengeMac(), intent.at());
    }
    return new KnownEnrollment.Issued(
        intent.requesterKeyDigest(), intent.challengeMac(), intent.at(), certificate);
  }

  @Override
  public synchronized IntendResult intend(
      Intent intent, boolean supersedes, List<AuditEvent> newEvents)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    Optional<KnownEnrollment> known = find(intent.key());
    if (known.isPresent() && !(supersedes && known.get() instanceof KnownEnrollment.Issued)) {
      endWrite(failure);
      return new IntendResult.AlreadyKnown(known.get());
    }
    for (ChallengeClaim claim : intent.claims()) {
      HeldClaim held = claims.get(new ClaimKey(claim.kind(), claim.key()));
      if (held != null && held.expiresAt().isAfter(intent.at())) {
        endWrite(failure);
        return new IntendResult.ClaimTaken(claim);
      }
    }
    if (rows.containsKey(intent.id())) {
      throw new IllegalStateException("intent " + intent.id() + " was written before");
    }
    for (ChallengeClaim claim : intent.claims()) {
      claims.put(
          new ClaimKey(claim.kind(), claim.key()), new HeldClaim(intent.id(), claim.expiresAt()));
    }
    rows.put(intent.id(), new Row(cut(intent)));
    events.addAll(newEvents);
    endWrite(failure);
    return new IntendResult.Intended();
  }

  /// Times are kept in milliseconds, as in the other stores.
  private static Intent cut(Intent intent) {
    return new Intent(
        intent.id(),
        intent.key(),
        intent.requesterKeyDigest(),
        intent.challengeMac(),
        intent.serialNumber(),
        intent.approvedRequest(),
        intent.facts(),
        intent.claims(),
        intent.at().truncatedTo(ChronoUnit.MILLIS));
  }

  @Override
  public synchronized void record(
      IntentId id, IssuedCertificate certificate, List<AuditEvent> newEvents)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    Row row = row(id);
    switch (row.state) {
      case RELEASED -> throw new IllegalStateException("intent " + id + " is released");
      case ISSUED -> {
        if (!Optional.of(certificate).equals(Optional.ofNullable(row.certificate))) {
          throw new IllegalStateException("intent " + id + " has another certificate");
        }
      }
      case OPEN -> {
        String issuerId = row.intent.facts().issuerId();
        if (certificates.stream()
            .anyMatch(
                entry ->
                    entry.issuerId().equals(issuerId)
                        && entry.certificate().serialNumber().equals(certificate.serialNumber()))) {
          throw new IllegalStateException("the issuer has used this serial number before");
        }
        row.state = State.ISSUED;
        row.certificate = certificate;
        certificates.add(entry(row.intent, certificate));
        events.addAll(newEvents);
      }
    }
    endWrite(failure);
  }

  private Entry entry(Intent intent, IssuedCertificate certificate) {
    return new Entry(
        certificates.size() + 1L,
        certificate,
        intent.key().endpoint(),
        intent.facts().issuerId(),
        intent.facts().profileId(),
        intent.facts().device(),
        intent.facts().transactionId(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  @Override
  public synchronized void release(IntentId id, List<AuditEvent> newEvents)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    Row row = row(id);
    switch (row.state) {
      case ISSUED -> throw new IllegalStateException("intent " + id + " is issued");
      case RELEASED -> {}
      case OPEN -> {
        row.state = State.RELEASED;
        claims.values().removeIf(held -> held.holder().equals(id));
        events.addAll(newEvents);
      }
    }
    endWrite(failure);
  }

  private Row row(IntentId id) {
    Row row = rows.get(id);
    if (row == null) {
      throw new IllegalStateException("intent " + id + " is unknown");
    }
    return row;
  }

  @Override
  public synchronized List<Intent> openIntents() {
    return rows.values().stream()
        .filter(row -> row.state == State.OPEN)
        .map(row -> row.intent)
        .toList();
  }

  @Override
  public synchronized void append(AuditEvent event) throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    events.add(event);
    endWrite(failure);
  }

  @Override
  public synchronized List<Entry> page(long before, int limit) {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("the limit is 1 to 1000");
    }
    return certificates.reversed().stream()
        .filter(entry -> entry.position() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<Entry> bySerialNumber(SerialNumber serialNumber) {
    return certificates.stream()
        .filter(entry -> entry.certificate().serialNumber().equals(serialNumber))
        .toList();
  }

  @Override
  public synchronized Optional<Instant> nextExpiry(Instant now) {
    return certificates.stream()
        .map(entry -> entry.certificate().notAfter())
        .filter(end -> !end.isBefore(now))
        .min(Instant::compareTo);
  }

  private Optional<Failure> beginWrite() throws StoreUnavailableException {
    Optional<Failure> failure = Optional.ofNullable(nextFailure);
    nextFailure = null;
    if (failure.equals(Optional.of(Failure.BEFORE_EFFECT))) {
      throw new StoreUnavailableException("failed before the effect, as asked");
    }
    return failure;
  }

  private static void endWrite(Optional<Failure> failure) throws StoreUnavailableException {
    if (failure.equals(Optional.of(Failure.AFTER_EFFECT))) {
      throw new StoreUnavailableException("failed after the effect, as asked");
    }
  }
}
