package org.certctl.status;

import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.CrlSigner;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;

/// Makes and publishes CRLs.
///
/// The memory it needs does not grow with the number of entries: they are read in pages, kept in
/// parts, and read back once to be signed. A crash at any point leaves the last CRL in force and at
/// most a number that is never used; several nodes may do it at once.
public final class CrlIssuance {

  /// So many changes since its base a delta CRL tells at most; more are a complete CRL's business.
  static final int MAX_DELTA_ENTRIES = 20_000;

  private static final int PAGE = 2000;
  private static final int PART_BYTES = 256 * 1024;

  private final CrlStore store;
  private final CrlRules rules;
  private final Clock clock;

  /// @param store holds revocations and takes CRLs
  /// @param rules how long a CRL is good
  /// @param clock the server's clock
  public CrlIssuance(CrlStore store, CrlRules rules, Clock clock) {
    this.store = store;
    this.rules = rules;
    this.clock = clock;
  }

  /// Makes a CRL of everything that was revoked before this was called, and publishes it.
  ///
  /// @return the CRL that is the newest now: this one, or one with a higher number that was
  ///   published meanwhile
  /// @throws SigningUnavailableException when the key cannot be used, or its certificate is not in
  ///   force yet; nothing is published
  public CrlEdition issue(CrlSigner signer)
      throws StoreUnavailableException, SigningUnavailableException {
    return issue(CrlScope.whole(signer));
  }

  /// The same of a scope.
  CrlEdition issue(CrlScope scope) throws StoreUnavailableException, SigningUnavailableException {
    Instant now = now(scope);
    Instant notAfterFrom = expiredEntriesFrom(scope.complete(), now);
    CrlStore.Reservation reservation = store.reserve(scope.complete(), now);
    PartWriter entries = new PartWriter(scope.complete(), reservation.number());
    collect(entries, notAfterFrom);
    return publish(
        scope,
        entries,
        reservation.changes(),
        now,
        rules.validity(),
        scope.ofComplete(rules.deltas().enabled()));
  }

  /// Makes a delta CRL that goes with every complete CRL that somebody may still have, or with as
  /// many of them as the bound for its length allows, and publishes it.
  ///
  /// @param newest the newest complete CRL
  /// @return as {@link #issue(CrlSigner)}; absent when too much has changed since the newest
  ///   complete CRL
  Optional<CrlEdition> issueDelta(CrlScope scope, CrlEdition newest)
      throws StoreUnavailableException, SigningUnavailableException {
    Instant now = now(scope);
    CrlStore.Reservation reservation = store.reserve(scope.delta(), now);
    Optional<CrlEdition> base =
        store.oldestBase(newest, reservation.changes() - MAX_DELTA_ENTRIES, now);
    if (base.isEmpty()) {
      return Optional.empty();
    }
    // One reading, and so of one moment: whatever changes later may be told or not.
    List<CrlStore.Changed> changed =
        store.changedSince(
            scope.delta(), base.get().changes(), base.get().thisUpdate(), 2 * MAX_DELTA_ENTRIES);
    if (changed.size() == 2 * MAX_DELTA_ENTRIES) {
      return Optional.empty();
    }
    PartWriter entries = new PartWriter(scope.delta(), reservation.number());
    for (CrlStore.Changed each : changed) {
      entries.add(CrlEncoding.entry(each));
    }
    return Optional.of(
        publish(
            scope,
            entries,
            reservation.changes(),
            now,
            rules.deltas().validity(),
            scope.ofDelta(base.get().number())));
  }

  /// A clock that is before the CA's time is wrong: nobody would accept what is signed now.
  private Instant now(CrlScope scope) throws SigningUnavailableException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(scope.signer().crlIssuer().notBefore())) {
      throw new SigningUnavailableException(
          "the certificate of " + scope.signer().id() + " is not in force yet");
    }
    return now;
  }

  private CrlEdition publish(
      CrlScope scope,
      PartWriter entries,
      long changes,
      Instant now,
      Duration validity,
      CrlExtensions about)
      throws StoreUnavailableException, SigningUnavailableException {
    CrlSigner signer = scope.signer();
    Instant nextUpdate = now.plus(validity);
    byte[] extensions = CrlEncoding.extensions(signer, entries.number, about);
    byte[] signedHeader =
        CrlEncoding.signedHeader(signer, now, nextUpdate, entries.bytes, extensions);
    byte[] end = CrlEncoding.signature(signer, sign(signer, signedHeader, entries, extensions));
    long content = signedHeader.length + entries.bytes + extensions.length + end.length;
    byte[] listHeader = CrlEncoding.listHeader(content);

    int parts = entries.parts + 2;
    entries.keep(0, listHeader, signedHeader);
    entries.keep(parts - 1, entries.rest(), extensions, end);
    CrlEdition edition =
        new CrlEdition(
            entries.key,
            entries.number,
            now,
            nextUpdate,
            changes,
            entries.count,
            parts,
            listHeader.length + content,
            signer.crlIssuer().fingerprint(),
            about);
    if (store.publish(edition, List.of(issued(edition)))) {
      return edition;
    }
    return store
        .newest(edition.key())
        .orElseThrow(() -> new IllegalStateException("a higher number was published"));
  }

  /// An entry stays until it was on a scheduled CRL made after the certificate's end (RFC 5280,
  /// section 3.3).
  private Instant expiredEntriesFrom(CrlKey key, Instant now) throws StoreUnavailableException {
    Instant scheduledBefore = now.minus(rules.interval());
    return store
        .newest(key)
        .map(CrlEdition::thisUpdate)
        .filter(last -> last.isBefore(scheduledBefore))
        .orElse(scheduledBefore);
  }

  /// The entries of a CRL: those that fill whole parts are kept in parts from 1 on, the rest is
  /// here.
  private final class PartWriter {

    private final CrlKey key;
    private final long number;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private long count;
    private long bytes;
    private int parts;

    private PartWriter(CrlKey key, long number) {
      this.key = key;
      this.number = number;
    }

    private void add(byte[] entry) throws StoreUnavailableException {
      buffer.writeBytes(entry);
      bytes += entry.length;
      count++;
      if (buffer.size() >= PART_BYTES) {
        parts++;
        keep(parts, buffer.toByteArray());
        buffer.reset();
      }
    }

    private byte[] rest() {
      return buffer.toByteArray();
    }

    private void keep(int part, byte[]... pieces) throws StoreUnavailableException {
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      for (byte[] piece : pieces) {
        octets.writeBytes(piece);
      }
      store.keepPart(key, number, part, ByteString.of(octets.toByteArray()));
    }
  }

  private void collect(PartWriter entries, Instant notAfterFrom) throws StoreUnavailableException {
    Optional<SerialNumber> after = Optional.empty();
    List<CrlStore.Revoked> page;
    do {
      page = store.revoked(entries.key, after, notAfterFrom, PAGE);
      for (CrlStore.Revoked revoked : page) {
        entries.add(CrlEncoding.entry(revoked));
      }
      if (!page.isEmpty()) {
        after = Optional.of(page.getLast().serialNumber());
      }
    } while (page.size() == PAGE);
  }

  private byte[] sign(CrlSigner signer, byte[] header, PartWriter entries, byte[] extensions)
      throws StoreUnavailableException, SigningUnavailableException {
    Signer.Signing signing = signer.beginCrl();
    signing.update(header);
    for (int part = 1; part <= entries.parts; part++) {
      signing.update(store.keptPart(entries.key, entries.number, part).octets());
    }
    signing.update(entries.rest());
    signing.update(extensions);
    return signing.sign();
  }

  private static AuditEvent issued(CrlEdition edition) {
    return new AuditEvent.CrlIssued(
        edition.thisUpdate(),
        edition.issuerId(),
        edition.key().name(),
        Long.toString(edition.number()),
        Long.toString(edition.entries()),
        edition.nextUpdate());
  }
}
