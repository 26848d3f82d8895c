package org.certctl.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.CrlSigner;
import org.certctl.pki.SigningUnavailableException;

/// Sees to it that every issuer's newest CRL is fresh. To be run every second or so.
///
/// A revocation is followed by a CRL at once, but not sooner after the last one than somebody needs
/// to fetch that: whoever revokes a thousand certificates makes a few CRLs.
///
/// Looks at what is on disk, not at what this process has done: a revocation by a command beside
/// the server, or by another node, is seen like any other.
public final class CrlRenewal {

  /// Is told of CRLs.
  public interface Observer {
    /// A CRL was published.
    void published(CrlEdition edition);

    /// This is the newest one, new or not.
    void newest(CrlEdition edition);
  }

  private static final Duration MIN_PAUSE = Duration.ofSeconds(5);

  /// What somebody who fetches a CRL is expected to manage in a millisecond.
  private static final long BYTES_PER_MILLISECOND = 1000;

  private final CrlStore store;
  private final CrlIssuance issuance;
  private final CrlRules rules;
  private final Supplier<List<CrlSigner>> signers;
  private final Clock clock;
  private final Observer observer;

  /// @param store holds the CRLs
  /// @param issuance makes them
  /// @param rules when one is due
  /// @param signers the issuers as they are now; asked anew each time
  /// @param clock the server's clock
  /// @param observer is told of new CRLs
  public CrlRenewal(
      CrlStore store,
      CrlIssuance issuance,
      CrlRules rules,
      Supplier<List<CrlSigner>> signers,
      Clock clock,
      Observer observer) {
    this.store = store;
    this.issuance = issuance;
    this.rules = rules;
    this.signers = signers;
    this.clock = clock;
    this.observer = observer;
  }

  /// Makes the CRLs that are due.
  ///
  /// One issuer's failure does not keep the others waiting; the first of its kind is thrown in the
  /// end.
  ///
  /// @throws StoreUnavailableException when the store is away; a repeat may help
  /// @throws SigningUnavailableException when a key cannot be used; a repeat may help
  public void run() throws StoreUnavailableException, SigningUnavailableException {
    StoreUnavailableException away = null;
    SigningUnavailableException unsigned = null;
    for (CrlSigner signer : signers.get()) {
      try {
        renew(signer);
      } catch (StoreUnavailableException e) {
        away = away == null ? e : away;
      } catch (SigningUnavailableException e) {
        unsigned = unsigned == null ? e : unsigned;
      }
    }
    if (away != null) {
      throw away;
    }
    if (unsigned != null) {
      throw unsigned;
    }
  }

  private void renew(CrlSigner signer)
      throws StoreUnavailableException, SigningUnavailableException {
    Optional<CrlEdition> newest = store.newest(signer.id());
    if (newest.isPresent() && !isDue(newest.get(), signer)) {
      observer.newest(newest.get());
      return;
    }
    CrlEdition edition = issuance.issue(signer);
    observer.published(edition);
    observer.newest(edition);
  }

  private boolean isDue(CrlEdition edition, CrlSigner signer) throws StoreUnavailableException {
    Instant now = clock.instant();
    // A CRL from the future was made before the clock was set back: nobody would accept it.
    boolean outOfTime =
        !now.isBefore(edition.thisUpdate().plus(rules.interval()))
            || now.isBefore(edition.thisUpdate());
    return outOfTime
        || !edition.signer().equals(signer.crlIssuer().fingerprint())
        || (rules.onRevocation()
            && !now.isBefore(edition.thisUpdate().plus(pauseAfter(edition)))
            && store.changes(signer.id()) > edition.changes());
  }

  private static Duration pauseAfter(CrlEdition edition) {
    Duration fetching = Duration.ofMillis(edition.sizeBytes() / BYTES_PER_MILLISECOND);
    return fetching.compareTo(MIN_PAUSE) > 0 ? fetching : MIN_PAUSE;
  }
}
