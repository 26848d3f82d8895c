package org.certctl.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.certctl.audit.LeaseLostException;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.SigningUnavailableException;
import org.jspecify.annotations.Nullable;

/// Sees to it that every issuer's newest CRLs are fresh: that of everything, those of its
/// partitions, and their deltas. To be run every second or so.
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

    /// This is the newest one under its key, new or not.
    void newest(CrlEdition edition);

    /// There is no such CRL any more.
    void dropped(CrlKey key);
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
    Failures failures = new Failures();
    for (CrlSigner signer : signers.get()) {
      failures.collect(
          () -> {
            List<CrlStore.NamedPartition> named = store.partitions(signer.id());
            for (CrlScope scope : scopes(signer, named)) {
              // Deltas first: they are short, and a revocation waits for them.
              failures.collect(() -> renewDelta(scope));
              failures.collect(() -> renewComplete(scope));
            }
            failures.collect(() -> dropEnded(signer, named));
          });
    }
    failures.throwFirst();
  }

  /// Tells the observer of the newest CRLs and makes none: for a node that does not lead.
  public void look() throws StoreUnavailableException {
    for (CrlSigner signer : signers.get()) {
      for (CrlScope scope : scopes(signer, store.partitions(signer.id()))) {
        for (CrlKey key : List.of(scope.delta(), scope.complete())) {
          store.newest(key).ifPresentOrElse(observer::newest, () -> observer.dropped(key));
        }
      }
    }
  }

  /// Something that may be left undone.
  @FunctionalInterface
  private interface Task {
    void run() throws StoreUnavailableException, SigningUnavailableException;
  }

  private static final class Failures {
    private @Nullable StoreUnavailableException away;
    private @Nullable SigningUnavailableException unsigned;

    /// @throws LeaseLostException when another node does it by now: there is nothing left to do
    void collect(Task task) throws LeaseLostException {
      try {
        task.run();
      } catch (LeaseLostException e) {
        throw e;
      } catch (StoreUnavailableException e) {
        away = away == null ? e : away;
      } catch (SigningUnavailableException e) {
        unsigned = unsigned == null ? e : unsigned;
      }
    }

    void throwFirst() throws StoreUnavailableException, SigningUnavailableException {
      if (away != null) {
        throw away;
      }
      if (unsigned != null) {
        throw unsigned;
      }
    }
  }

  /// Everything the issuer has issued, and each partition that certificates name or may name today.
  private List<CrlScope> scopes(CrlSigner signer, List<CrlStore.NamedPartition> named) {
    SortedMap<Integer, SortedSet<String>> locations = new TreeMap<>();
    for (int number = 1; number <= signer.crlPartitions(); number++) {
      String suffix = StatusLocations.crlSuffix(number, false);
      locations.put(number, new TreeSet<>(Set.of(signer.crlLocation().orElseThrow() + suffix)));
    }
    for (CrlStore.NamedPartition each : named) {
      if (!hasEnded(each)) {
        locations.computeIfAbsent(each.number(), _ -> new TreeSet<>()).add(each.location());
      }
    }
    List<CrlScope> scopes = new ArrayList<>();
    scopes.add(CrlScope.whole(signer));
    locations.forEach(
        (number, urls) -> scopes.add(new CrlScope(signer, number, List.copyOf(urls))));
    return scopes;
  }

  /// An expired certificate is on one more scheduled CRL, which is good for a while.
  private boolean hasEnded(CrlStore.NamedPartition partition) {
    return !clock.instant().isBefore(partition.lastEnd().plus(rules.validity()));
  }

  private void renewComplete(CrlScope scope)
      throws StoreUnavailableException, SigningUnavailableException {
    Optional<CrlEdition> newest = store.newest(scope.complete());
    if (newest.isPresent() && !isDue(newest.get(), scope)) {
      observer.newest(newest.get());
      return;
    }
    show(issuance.issue(scope));
  }

  private void show(CrlEdition edition) {
    observer.published(edition);
    observer.newest(edition);
  }

  private boolean isDue(CrlEdition edition, CrlScope scope) throws StoreUnavailableException {
    Optional<CrlEdition> delta = store.newest(scope.delta());
    if (delta.filter(this::isOfThisSecond).isPresent()) {
      // Two of one second would have to have one number (RFC 5280, section 5.2.3).
      return false;
    }
    boolean withDelta = rules.deltas().enabled();
    return isOutOfTime(edition, rules.interval())
        || !scope.isOf(edition)
        || !edition.extensions().equals(scope.ofComplete(withDelta))
        || (rules.onRevocation() && hasNews(edition))
        || (makesDeltas(scope, delta) && isTooFarBack(edition));
  }

  private boolean isTooFarBack(CrlEdition base) throws StoreUnavailableException {
    return store.changes(base.issuerId()) - base.changes() > CrlIssuance.MAX_DELTA_ENTRIES;
  }

  /// A CRL from the future was made before the clock was set back: nobody would accept it.
  private boolean isOutOfTime(CrlEdition edition, Duration interval) {
    Instant now = clock.instant();
    return !now.isBefore(edition.thisUpdate().plus(interval)) || now.isBefore(edition.thisUpdate());
  }

  private boolean isOfThisSecond(CrlEdition edition) {
    return edition.thisUpdate().equals(clock.instant().truncatedTo(ChronoUnit.SECONDS));
  }

  /// Whether it does not know of everything, and can have been fetched.
  private boolean hasNews(CrlEdition edition) throws StoreUnavailableException {
    return !clock.instant().isBefore(edition.thisUpdate().plus(pauseAfter(edition)))
        && store.lastChange(edition.key()) > edition.changes();
  }

  private void renewDelta(CrlScope scope)
      throws StoreUnavailableException, SigningUnavailableException {
    Optional<CrlEdition> newest = store.newest(scope.delta());
    if (!makesDeltas(scope, newest)) {
      if (newest.isPresent()) {
        drop(scope.delta());
      }
      return;
    }
    Optional<CrlEdition> complete = store.newest(scope.complete()).filter(scope::isOf);
    if (complete.isEmpty() || isOfThisSecond(complete.get())) {
      return;
    }
    if (newest.isPresent() && !isDeltaDue(newest.get(), scope)) {
      observer.newest(newest.get());
      return;
    }
    issuance.issueDelta(scope, complete.get()).ifPresent(this::show);
  }

  /// Deltas are made as long as somebody may have a CRL that names one.
  private boolean makesDeltas(CrlScope scope, Optional<CrlEdition> newest)
      throws StoreUnavailableException {
    return rules.deltas().enabled()
        || (newest.isPresent() && store.isNamed(scope.delta(), clock.instant()));
  }

  private boolean isDeltaDue(CrlEdition delta, CrlScope scope) throws StoreUnavailableException {
    return isOutOfTime(delta, rules.deltas().interval()) || !scope.isOf(delta) || hasNews(delta);
  }

  /// What nobody can ask for any more.
  private void dropEnded(CrlSigner signer, List<CrlStore.NamedPartition> named)
      throws StoreUnavailableException {
    Set<Integer> present =
        scopes(signer, named).stream().map(CrlScope::partition).collect(Collectors.toSet());
    for (CrlStore.NamedPartition each : named) {
      CrlKey key = new CrlKey(signer.id(), each.number(), false);
      if (!present.contains(each.number()) && store.newest(key).isPresent()) {
        drop(key.ofDelta());
        drop(key);
      }
    }
  }

  private void drop(CrlKey key) throws StoreUnavailableException {
    store.drop(key);
    observer.dropped(key);
  }

  private static Duration pauseAfter(CrlEdition edition) {
    Duration fetching = Duration.ofMillis(edition.sizeBytes() / BYTES_PER_MILLISECOND);
    return fetching.compareTo(MIN_PAUSE) > 0 ? fetching : MIN_PAUSE;
  }
}
