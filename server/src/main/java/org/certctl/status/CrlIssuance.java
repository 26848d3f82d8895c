package org.certctl.status;

import java.io.ByteArrayOutputStream;
import java.time.Clock;
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
  /// @throws SigningUnavailableException when the key cannot be used; nothing is published
  public CrlEdition issue(CrlSigner signer)
      throws StoreUnavailableException, SigningUnavailableException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant notAfterFrom = expiredEntriesFrom(signer.id(), now);
    CrlStore.Reservation reservation = store.reserve(signer.id(), now);
    Entries entries = collect(signer.id(), reservation.number(), notAfterFrom);

    Instant nextUpdate = now.plus(rules.validity());
    byte[] extensions = CrlEncoding.extensions(signer, reservation.number());
    byte[] signedHeader =
        CrlEncoding.signedHeader(signer, now, nextUpdate, entries.bytes(), extensions);
    byte[] end =
        CrlEncoding.signature(
            signer, sign(signer, reservation.number(), signedHeader, entries, extensions));
    long content = signedHeader.length + entries.bytes() + extensions.length + end.length;
    byte[] listHeader = CrlEncoding.listHeader(content);

    int parts = entries.parts() + 2;
    keep(signer.id(), reservation.number(), 0, listHeader, signedHeader);
    keep(signer.id(), reservation.number(), parts - 1, entries.rest().octets(), extensions, end);
    CrlEdition edition =
        new CrlEdition(
            signer.id(),
            reservation.number(),
            now,
            nextUpdate,
            reservation.changes(),
            entries.count(),
            parts,
            listHeader.length + content,
            signer.crlIssuer().fingerprint());
    if (store.publish(edition, List.of(issued(edition)))) {
      return edition;
    }
    return store
        .newest(signer.id())
        .orElseThrow(() -> new IllegalStateException("a higher number was published"));
  }

  /// An entry stays until it was on a scheduled CRL made after the certificate's end (RFC 5280,
  /// section 3.3).
  private Instant expiredEntriesFrom(String issuerId, Instant now)
      throws StoreUnavailableException {
    Instant scheduledBefore = now.minus(rules.interval());
    return store
        .newest(issuerId)
        .map(CrlEdition::thisUpdate)
        .filter(last -> last.isBefore(scheduledBefore))
        .orElse(scheduledBefore);
  }

  /// The entries: those that fill whole parts are kept in parts from 1 on, the rest is here.
  private record Entries(long count, long bytes, int parts, ByteString rest) {}

  private Entries collect(String issuerId, long number, Instant notAfterFrom)
      throws StoreUnavailableException {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    Optional<SerialNumber> after = Optional.empty();
    long count = 0;
    long bytes = 0;
    int parts = 0;
    List<CrlStore.Revoked> page;
    do {
      page = store.revoked(issuerId, after, notAfterFrom, PAGE);
      for (CrlStore.Revoked revoked : page) {
        byte[] entry = CrlEncoding.entry(revoked);
        buffer.writeBytes(entry);
        bytes += entry.length;
        count++;
        if (buffer.size() >= PART_BYTES) {
          parts++;
          keep(issuerId, number, parts, buffer.toByteArray());
          buffer.reset();
        }
      }
      if (!page.isEmpty()) {
        after = Optional.of(page.getLast().serialNumber());
      }
    } while (page.size() == PAGE);
    return new Entries(count, bytes, parts, ByteString.of(buffer.toByteArray()));
  }

  private byte[] sign(
      CrlSigner signer, long number, byte[] header, Entries entries, byte[] extensions)
      throws StoreUnavailableException, SigningUnavailableException {
    Signer.Signing signing = signer.beginCrl();
    signing.update(header);
    for (int part = 1; part <= entries.parts(); part++) {
      signing.update(store.keptPart(signer.id(), number, part).octets());
    }
    signing.update(entries.rest().octets());
    signing.update(extensions);
    return signing.sign();
  }

  private void keep(String issuerId, long number, int part, byte[]... pieces)
      throws StoreUnavailableException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      octets.writeBytes(piece);
    }
    store.keepPart(issuerId, number, part, ByteString.of(octets.toByteArray()));
  }

  private static AuditEvent issued(CrlEdition edition) {
    return new AuditEvent.CrlIssued(
        edition.thisUpdate(),
        edition.issuerId(),
        Long.toString(edition.number()),
        Long.toString(edition.entries()),
        edition.nextUpdate());
  }
}
