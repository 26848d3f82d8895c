package org.certctl.status;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.CertificateInventory;
import org.certctl.issuer.OcspSigner;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.SigningUnavailableException;

/// Answers OCSP requests (RFC 6960, in the profile of RFC 5019).
///
/// What it says comes from the inventory: good is only what the issuer is known to have issued. An
/// answer without a nonce is signed once and given again until half of its life is over, and before
/// that is signed anew for whoever asks next; it is given only after a look at the count of
/// revocations, so that a revocation, hold or release by whatever process is heeded by the next
/// answer. Safe to use from many threads.
public final class OcspResponder {

  /// The longest request that is worth reading.
  public static final int MAX_REQUEST_BYTES = OcspRequest.MAX_BYTES;

  /// An eighth of an answer's life before it is given no longer, it is signed anew.
  private static final int AHEAD = 8;

  /// Counts what changes answers.
  @FunctionalInterface
  public interface Changes {

    /// How many revocations, holds and releases there were, ever.
    long of(String issuerId) throws StoreUnavailableException;
  }

  /// Is told of answers.
  public interface Observer {

    /// A request was answered, or could not be.
    void answered(String issuerId, OcspOutcome outcome);

    /// A signed answer was given.
    ///
    /// @param again whether it was signed before
    void given(String issuerId, boolean again);
  }

  private final CertificateInventory inventory;
  private final Changes changes;
  private final OcspRules rules;
  private final Function<String, Optional<OcspSigner>> signers;
  private final Clock clock;
  private final Observer observer;
  private final OcspCache cache;
  private final Semaphore signings;

  /// @param inventory says what was issued, and what was revoked
  /// @param changes counts the revocations
  /// @param rules how answers are made
  /// @param signers the key that answers for an issuer, by the issuer's id; asked anew each time
  /// @param clock the server's clock
  /// @param observer is told of answers
  public OcspResponder(
      CertificateInventory inventory,
      Changes changes,
      OcspRules rules,
      Function<String, Optional<OcspSigner>> signers,
      Clock clock,
      Observer observer) {
    this.inventory = inventory;
    this.changes = changes;
    this.rules = rules;
    this.signers = signers;
    this.clock = clock;
    this.observer = observer;
    this.cache = new OcspCache(rules.cachedAnswers());
    this.signings = new Semaphore(rules.maxSignings());
  }

  /// Answers a request.
  ///
  /// @param issuerId the issuer that is asked
  /// @param request the OCSPRequest
  /// @throws SigningUnavailableException when there is no key for this issuer, its certificate is
  ///   not in force, or it cannot be used; a repeat may help
  public OcspAnswer answer(String issuerId, byte[] request)
      throws StoreUnavailableException, SigningUnavailableException {
    OcspOutcome outcome = OcspOutcome.UNAVAILABLE;
    try {
      OcspAnswer answer = decide(issuerId, request);
      outcome = answer.outcome();
      return answer;
    } finally {
      observer.answered(issuerId, outcome);
    }
  }

  private OcspAnswer decide(String issuerId, byte[] octets)
      throws StoreUnavailableException, SigningUnavailableException {
    Optional<OcspRequest> request = OcspRequest.parse(octets);
    if (request.isEmpty()) {
      return OcspAnswer.Refused.malformed();
    }
    OcspSigner signer =
        signers
            .apply(issuerId)
            .orElseThrow(() -> new SigningUnavailableException("no OCSP key for " + issuerId));
    if (!request.get().certificates().stream().allMatch(id -> isBy(signer, id))) {
      return OcspAnswer.Refused.unauthorized();
    }
    return request.get().nonce().isPresent()
        ? given(signer, signed(signer, request.get(), 0))
        : forAnyone(signer, request.get());
  }

  private OcspAnswer given(OcspSigner signer, Optional<OcspCache.Kept> made) {
    if (made.isEmpty()) {
      return new OcspAnswer.Busy();
    }
    observer.given(signer.issuerId(), false);
    return made.get().answer();
  }

  /// Whether a certificate is one of this issuer, by either digest that anybody uses.
  private static boolean isBy(OcspSigner signer, CertificateID certificate) {
    try {
      return certificate.matchesIssuer(signer.issuer().holder(), new BcDigestCalculatorProvider());
    } catch (OCSPException e) {
      return false;
    }
  }

  private OcspAnswer forAnyone(OcspSigner signer, OcspRequest request)
      throws StoreUnavailableException, SigningUnavailableException {
    OcspCache.Key key = new OcspCache.Key(signer.issuerId(), request.certificates());
    // Counted before anything is read: what changes meanwhile is seen by the next request.
    long count = changes.of(signer.issuerId());
    Optional<OcspCache.Kept> known = known(key, signer, count);
    if (known.isPresent()) {
      observer.given(signer.issuerId(), true);
      return known.get().answer();
    }
    Optional<OcspCache.Kept> entry = signed(signer, request, count);
    entry.filter(made -> made.answer().forAnyone()).ifPresent(made -> cache.put(key, made));
    return given(signer, entry);
  }

  /// Signs anew what was asked for since it was signed and either will soon be given no longer or
  /// is no longer so: whoever asks next finds it signed. Stops when too many sign for those who
  /// wait.
  ///
  /// @return how many were signed
  /// @throws SigningUnavailableException when a key cannot be used
  public int signAhead() throws StoreUnavailableException, SigningUnavailableException {
    Map<String, Long> counts = new HashMap<>();
    int made = 0;
    for (OcspCache.Asked asked : cache.asked()) {
      OcspCache.Key key = asked.key();
      Optional<OcspSigner> signer = signers.apply(key.issuerId());
      if (signer.isEmpty()) {
        continue;
      }
      Long count = counts.get(key.issuerId());
      if (count == null) {
        count = changes.of(key.issuerId());
        counts.put(key.issuerId(), count);
      }
      if (isDue(asked, signer.get(), count)) {
        Optional<OcspCache.Kept> entry =
            signed(signer.get(), new OcspRequest(key.certificates(), Optional.empty()), count);
        if (entry.isEmpty()) {
          return made;
        }
        cache.putAhead(key, entry.get());
        made++;
      }
    }
    return made;
  }

  private boolean isDue(OcspCache.Asked asked, OcspSigner signer, long count)
      throws StoreUnavailableException {
    Instant soon = clock.instant().plus(rules.validity().dividedBy(AHEAD));
    OcspCache.Kept kept = asked.kept();
    return !kept.isFresh(signer, soon)
        || (kept.changes() != count
            && !statuses(asked.key().issuerId(), asked.key().certificates())
                .equals(kept.statuses()));
  }

  private Optional<OcspCache.Kept> known(OcspCache.Key key, OcspSigner signer, long count)
      throws StoreUnavailableException {
    Optional<OcspCache.Kept> entry =
        cache.find(key).filter(found -> found.isFresh(signer, clock.instant()));
    if (entry.isEmpty() || entry.get().changes() == count) {
      return entry;
    }
    // Something was revoked: mostly something else.
    if (!statuses(key.issuerId(), key.certificates()).equals(entry.get().statuses())) {
      return Optional.empty();
    }
    cache.put(key, entry.get().knownAt(count));
    return entry;
  }

  /// Absent when too many are being signed.
  private Optional<OcspCache.Kept> signed(OcspSigner signer, OcspRequest request, long count)
      throws StoreUnavailableException, SigningUnavailableException {
    if (!mayBegin()) {
      return Optional.empty();
    }
    try {
      List<CertificateStatus> statuses = statuses(signer.issuerId(), request.certificates());
      Instant now = clock.instant();
      Instant thisUpdate = now.truncatedTo(ChronoUnit.SECONDS);
      Instant nextUpdate = nextUpdate(signer, now);
      byte[] response =
          new OcspResponse(signer, thisUpdate, nextUpdate)
              .signed(request.certificates(), statuses, request.nonce());
      OcspOutcome outcome = outcome(statuses);
      return Optional.of(
          new OcspCache.Kept(
              new OcspAnswer.Signed(
                  outcome,
                  ByteString.of(response),
                  thisUpdate,
                  nextUpdate,
                  request.nonce().isEmpty() && !statuses.contains(new CertificateStatus.Unknown())),
              signer,
              statuses,
              count));
    } finally {
      signings.release();
    }
  }

  private boolean mayBegin() {
    try {
      return signings.tryAcquire(rules.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// An answer ends with the certificates that it is verified with, and needs them to be in force.
  private Instant nextUpdate(OcspSigner signer, Instant now) throws SigningUnavailableException {
    Instant begin = latest(signer.responder().notBefore(), signer.issuer().notBefore());
    Instant end = earliest(signer.responder().notAfter(), signer.issuer().notAfter());
    Instant nextUpdate = earliest(now.plus(rules.validity()), end).truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(begin) || !now.isBefore(nextUpdate)) {
      throw new SigningUnavailableException(
          "the OCSP certificate of " + signer.issuerId() + " is not in force");
    }
    return nextUpdate;
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static OcspOutcome outcome(List<CertificateStatus> statuses) {
    boolean revoked =
        statuses.stream()
            .anyMatch(
                status ->
                    status instanceof CertificateStatus.Known known
                        && known.revocation().isPresent());
    if (revoked) {
      return OcspOutcome.REVOKED;
    }
    return statuses.contains(new CertificateStatus.Unknown())
        ? OcspOutcome.UNKNOWN
        : OcspOutcome.GOOD;
  }

  private List<CertificateStatus> statuses(String issuerId, List<CertificateID> certificates)
      throws StoreUnavailableException {
    List<CertificateStatus> statuses = new ArrayList<>(certificates.size());
    for (CertificateID certificate : certificates) {
      statuses.add(status(issuerId, certificate.getSerialNumber()));
    }
    return List.copyOf(statuses);
  }

  private CertificateStatus status(String issuerId, BigInteger serialNumber)
      throws StoreUnavailableException {
    if (!SerialNumber.isPossible(serialNumber)) {
      return new CertificateStatus.Unknown();
    }
    Optional<CertificateInventory.Entry> found =
        inventory.bySerialNumber(new SerialNumber(serialNumber)).stream()
            .filter(entry -> entry.issuerId().equals(issuerId))
            .findFirst();
    if (found.isEmpty()) {
      return new CertificateStatus.Unknown();
    }
    Instant notAfter = found.get().certificate().notAfter();
    return new CertificateStatus.Known(
        notAfter,
        found.get().revocation(),
        notAfter.isBefore(clock.instant()) ? inventory.removedUntil() : Optional.empty());
  }
}
