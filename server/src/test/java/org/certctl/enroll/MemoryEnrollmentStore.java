package org.certctl.enroll;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.Function;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Revocation;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationOutcome;
import org.certctl.status.RevocationStore;
import org.jspecify.annotations.Nullable;

/// Enrollments, certificates and audit events in memory, keeping the whole contract.
///
/// {@link #fail(Failure)} makes the next write fail once, before or after its effect: after it, the
/// data is kept and the caller is told that it is not, as when an answer is lost or a process dies
/// between a commit and the next step.
public class MemoryEnrollmentStore
    implements EnrollmentStore, CertificateInventory, RevocationStore, AuditLog {

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

  private record CertificateKey(String issuerId, SerialNumber serialNumber) {

    static CertificateKey of(Entry entry) {
      return new CertificateKey(entry.issuerId(), entry.certificate().serialNumber());
    }
  }

  private final Clock clock;
  private final SequencedMap<IntentId, Row> rows = new LinkedHashMap<>();
  private final MemoryClaims claims = new MemoryClaims();
  private final List<Entry> certificates = new ArrayList<>();
  private final Map<CertificateKey, Revocation> revocations = new HashMap<>();
  private final List<AuditEvent> events = new ArrayList<>();
  private @Nullable Failure nextFailure;
  private Function<IntentId, Optional<UUID>> givenBack = _ -> Optional.empty();

  private Function<Replacement, Optional<Runnable>> replacing = _ -> Optional.empty();

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
        .map(this::known);
  }

  @Override
  public synchronized Optional<KnownEnrollment> newestFor(String endpoint, Sha256 requestDigest) {
    return rows.sequencedValues().reversed().stream()
        .filter(row -> row.state != State.RELEASED)
        .filter(row -> row.intent.key().endpoint().equals(endpoint))
        .filter(row -> row.intent.key().requestDigest().equals(requestDigest))
        .findFirst()
        .map(this::known);
  }

  private KnownEnrollment known(Row row) {
    Intent intent = row.intent;
    IssuedCertificate certificate = row.certificate;
    if (certificate == null) {
      return new KnownEnrollment.Open(
          intent.id(), intent.requesterKeyDigest(), intent.challengeMac(), intent.at());
    }
    return new KnownEnrollment.Issued(
        intent.requesterKeyDigest(),
        intent.challengeMac(),
        intent.at(),
        certificate,
        find(intent.facts().issuerId(), certificate.serialNumber()).isPresent());
  }

  @Override
  public synchronized IntendResult intend(
      Intent intent, boolean supersedes, Optional<Replacement> replaced, List<AuditEvent> newEvents)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    Optional<Runnable> undo = replaced.flatMap(replacing);
    if (replaced.isPresent() && undo.isEmpty()) {
      endWrite(failure);
      return new IntendResult.NotReplaced();
    }
    IntendResult result = intend(intent, supersedes);
    if (result instanceof IntendResult.Intended) {
      replaced.ifPresent(entry -> events.addAll(entry.events()));
      events.addAll(newEvents);
    } else {
      undo.ifPresent(Runnable::run);
    }
    endWrite(failure);
    return result;
  }

  private IntendResult intend(Intent intent, boolean supersedes) {
    Optional<KnownEnrollment> known = find(intent.key());
    if (known.isPresent() && !(supersedes && known.get() instanceof KnownEnrollment.Issued)) {
      return new IntendResult.AlreadyKnown(known.get());
    }
    if (rows.containsKey(intent.id())) {
      throw new IllegalStateException("intent " + intent.id() + " was written before");
    }
    Optional<ChallengeClaim> taken =
        claims.takeAll(intent.claims(), intent.id().value(), intent.at());
    if (taken.isPresent()) {
      return new IntendResult.ClaimTaken(taken.get());
    }
    rows.put(intent.id(), new Row(cut(intent)));
    return new IntendResult.Intended();
  }

  MemoryClaims claims() {
    return claims;
  }

  /// Keeps an intent of somebody who has checked that it may be.
  void put(Intent intent) {
    rows.put(intent.id(), new Row(cut(intent)));
  }

  void add(List<AuditEvent> newEvents) {
    events.addAll(newEvents);
  }

  /// Asks this whether a released intent goes back to another holder.
  void onRelease(Function<IntentId, Optional<UUID>> question) {
    givenBack = question;
  }

  /// Has this make entries give way; it says how that is undone, or nothing when one does not wait.
  void onReplace(Function<Replacement, Optional<Runnable>> how) {
    replacing = how;
  }

  @Override
  public synchronized Optional<TransactionKey> newestOf(
      String endpoint, ByteString transactionId, Sha256 requesterKeyDigest) {
    return rows.sequencedValues().reversed().stream()
        .filter(row -> row.state != State.RELEASED)
        .map(row -> row.intent)
        .filter(
            intent ->
                intent.key().endpoint().equals(endpoint)
                    && Arrays.equals(intent.key().transactionId(), transactionId.octets())
                    && intent.requesterKeyDigest().equals(requesterKeyDigest))
        .map(Intent::key)
        .findFirst();
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
        intent.predecessor(),
        intent.at().truncatedTo(ChronoUnit.MILLIS));
  }

  @Override
  public synchronized IssuedCertificate record(
      IntentId id, IssuedCertificate certificate, List<AuditEvent> newEvents)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    Row row = row(id);
    switch (row.state) {
      case RELEASED -> throw new StoreUnavailableException("intent " + id + " is released");
      case ISSUED -> {
        if (!serialOf(row).equals(Optional.of(certificate.serialNumber()))) {
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
    return Objects.requireNonNull(row.certificate);
  }

  private static Optional<SerialNumber> serialOf(Row row) {
    return Optional.ofNullable(row.certificate).map(IssuedCertificate::serialNumber);
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
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        intent.predecessor(),
        Optional.empty(),
        false);
  }

  private Entry withRevocation(Entry entry) {
    return new Entry(
        entry.position(),
        entry.certificate(),
        entry.endpoint(),
        entry.issuerId(),
        entry.profileId(),
        entry.device(),
        entry.transactionId(),
        entry.issuedAt(),
        entry.predecessor(),
        find(entry.issuerId(), entry.certificate().serialNumber()),
        isSuperseded(entry));
  }

  private boolean isSuperseded(Entry old) {
    return certificates.stream()
        .filter(entry -> entry.predecessor().equals(Optional.of(old.certificate().fingerprint())))
        .anyMatch(entry -> find(entry.issuerId(), entry.certificate().serialNumber()).isEmpty());
  }

  @Override
  public synchronized Optional<Revocation> find(String issuerId, SerialNumber serialNumber) {
    return Optional.ofNullable(revocations.get(new CertificateKey(issuerId, serialNumber)));
  }

  @Override
  public synchronized RevocationOutcome apply(
      String issuerId, SerialNumber serialNumber, RevocationOrder order)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    CertificateKey key = new CertificateKey(issuerId, serialNumber);
    Optional<Entry> entry =
        certificates.stream().filter(one -> CertificateKey.of(one).equals(key)).findFirst();
    if (entry.isEmpty()) {
      return new RevocationOutcome.UnknownCertificate();
    }
    RevocationOutcome outcome = order.decide(find(issuerId, serialNumber));
    if (outcome instanceof RevocationOutcome.Changed changed) {
      changed
          .state()
          .ifPresentOrElse(state -> revocations.put(key, state), () -> revocations.remove(key));
      events.add(
          new AuditEvent.RevocationChanged(
              order.at(),
              order.actor(),
              changed.state().map(Revocation::state).orElse("released"),
              issuerId,
              serialNumber.hex(),
              entry.get().certificate().subjectText(),
              entry.get().device(),
              order.reason().wireValue(),
              order.note()));
    }
    endWrite(failure);
    return outcome;
  }

  @Override
  public synchronized void release(IntentId id, List<AuditEvent> newEvents)
      throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    Row row = row(id);
    switch (row.state) {
      case ISSUED -> throw new StoreUnavailableException("intent " + id + " is issued");
      case RELEASED -> {}
      case OPEN -> {
        row.state = State.RELEASED;
        givenBack
            .apply(id)
            .ifPresentOrElse(
                holder -> claims.pass(id.value(), holder), () -> claims.free(id.value()));
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
  public synchronized Optional<Intent> findOpen(IntentId id) {
    return Optional.ofNullable(rows.get(id))
        .filter(row -> row.state == State.OPEN)
        .map(row -> row.intent);
  }

  @Override
  public synchronized List<IntentId> openIntents() {
    return rows.values().stream()
        .filter(row -> row.state == State.OPEN)
        .map(row -> row.intent.id())
        .toList();
  }

  @Override
  public synchronized void append(List<AuditEvent> newEvents) throws StoreUnavailableException {
    Optional<Failure> failure = beginWrite();
    events.addAll(newEvents);
    endWrite(failure);
  }

  @Override
  public List<Entry> page(long before, int limit) {
    return search(
            CertificateSearch.of(), Optional.of(CertificateSearch.Cursor.newest(before)), limit)
        .entries();
  }

  @Override
  public synchronized CertificateSearch.Page search(
      CertificateSearch search, Optional<CertificateSearch.Cursor> after, int limit) {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("the limit is 1 to 1000");
    }
    if (after.isPresent() && after.get().order() != search.order()) {
      throw new IllegalArgumentException("the cursor is of another search");
    }
    List<Entry> found =
        certificates.stream()
            .map(this::withRevocation)
            .filter(search::isMetBy)
            .filter(entry -> after.isEmpty() || search.cursor(entry).compareTo(after.get()) > 0)
            .sorted(Comparator.comparing(search::cursor))
            .toList();
    List<Entry> page = found.stream().limit(limit).toList();
    return new CertificateSearch.Page(
        page, found.size() > limit ? Optional.of(search.cursor(page.getLast())) : Optional.empty());
  }

  @Override
  public synchronized List<Entry> bySerialNumberPrefix(String hexPrefix, int limit) {
    if (!hexPrefix.matches("[0-9a-f]+")) {
      throw new IllegalArgumentException("the prefix is of lower-case hexadecimal digits");
    }
    return certificates.stream()
        .filter(entry -> entry.certificate().serialNumber().hex().startsWith(hexPrefix))
        .sorted(Comparator.comparing(entry -> entry.certificate().serialNumber().hex()))
        .limit(limit)
        .map(this::withRevocation)
        .toList();
  }

  @Override
  public synchronized List<Entry> bySerialNumber(SerialNumber serialNumber) {
    return certificates.stream()
        .filter(entry -> entry.certificate().serialNumber().equals(serialNumber))
        .map(this::withRevocation)
        .toList();
  }

  @Override
  public synchronized Optional<Entry> byFingerprint(Sha256 fingerprint) {
    return certificates.stream()
        .filter(entry -> entry.certificate().fingerprint().equals(fingerprint))
        .findFirst()
        .map(this::withRevocation);
  }

  @Override
  public synchronized Optional<Entry> byKeyOfAnother(Sha256 keyDigest, IssuedCertificate holder) {
    return certificates.reversed().stream()
        .filter(entry -> keyDigest(entry.certificate()).equals(keyDigest))
        .filter(entry -> isAnother(entry.certificate(), holder))
        .findFirst();
  }

  private static boolean isAnother(IssuedCertificate one, IssuedCertificate other) {
    return !one.subjectText().equals(other.subjectText())
        || (other.subjectText().isEmpty()
            && !one.subjectAltNames().equals(other.subjectAltNames()));
  }

  private static Sha256 keyDigest(IssuedCertificate certificate) {
    try {
      return Sha256.over(certificate.holder().getSubjectPublicKeyInfo().getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized List<Entry> successors(Sha256 fingerprint) {
    return certificates.stream()
        .map(this::withRevocation)
        .filter(entry -> entry.predecessor().equals(Optional.of(fingerprint)))
        .toList();
  }

  @Override
  public synchronized List<Entry> superseded(
      String endpoint, Instant renewedUntil, Instant now, int limit) {
    return certificates.stream()
        .map(this::withRevocation)
        .filter(entry -> entry.state(now).equals("superseded"))
        .filter(
            entry ->
                successors(entry.certificate().fingerprint()).stream()
                    .anyMatch(
                        renewal ->
                            renewal.endpoint().equals(endpoint)
                                && renewal.revocation().isEmpty()
                                && !renewal.issuedAt().isAfter(renewedUntil)))
        .limit(limit)
        .toList();
  }

  Optional<Failure> beginWrite() throws StoreUnavailableException {
    Optional<Failure> failure = Optional.ofNullable(nextFailure);
    nextFailure = null;
    if (failure.equals(Optional.of(Failure.BEFORE_EFFECT))) {
      throw new StoreUnavailableException("failed before the effect, as asked");
    }
    return failure;
  }

  static void endWrite(Optional<Failure> failure) throws StoreUnavailableException {
    if (failure.equals(Optional.of(Failure.AFTER_EFFECT))) {
      throw new StoreUnavailableException("failed after the effect, as asked");
    }
  }
}
