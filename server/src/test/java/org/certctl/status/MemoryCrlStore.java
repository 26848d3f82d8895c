package org.certctl.status;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Revocation;
import org.certctl.pki.SerialNumber;
import org.jspecify.annotations.Nullable;

/// CRLs and revocations in memory, keeping the whole contract.
final class MemoryCrlStore implements CrlStore {

  private record Listed(Changed changed, int partition, long change, Instant notAfter) {}

  private record PartKey(CrlKey key, long number, int part) {}

  private record Scope(String issuerId, int partition) {}

  private final Map<String, Map<SerialNumber, Listed>> revocations = new HashMap<>();
  private final Map<String, Long> changes = new HashMap<>();
  private final Map<Scope, Long> lastNumbers = new HashMap<>();
  private final Map<CrlKey, TreeMap<Long, CrlEdition>> editions = new HashMap<>();
  private final Map<CrlKey, TreeMap<Long, CrlEdition>> readable = new HashMap<>();
  private final Map<PartKey, ByteString> parts = new HashMap<>();
  private final Map<String, List<NamedPartition>> partitions = new HashMap<>();
  private final List<AuditEvent> events = new ArrayList<>();
  private final Set<String> away = new HashSet<>();
  private @Nullable Runnable beforePublishing;

  /// From now on, nothing about this issuer can be read.
  synchronized void goAway(String issuerId) {
    away.add(issuerId);
  }

  /// Adds a revocation of a certificate that names no partition.
  synchronized void revoke(
      String issuerId, SerialNumber serialNumber, Revocation revocation, Instant notAfter) {
    revoke(CrlKey.complete(issuerId), serialNumber, revocation, notAfter);
  }

  /// Adds a revocation of a certificate that names this CRL.
  synchronized void revoke(
      CrlKey key, SerialNumber serialNumber, Revocation revocation, Instant notAfter) {
    put(key, new Changed(serialNumber, revocation.at(), Optional.of(revocation)), notAfter);
  }

  /// Ends a hold.
  synchronized void release(String issuerId, SerialNumber serialNumber, Instant at) {
    Listed held =
        Objects.requireNonNull(
            revocations.getOrDefault(issuerId, Map.of()).get(serialNumber), "never held");
    put(
        new CrlKey(issuerId, held.partition(), false),
        new Changed(serialNumber, at, Optional.empty()),
        held.notAfter());
  }

  private void put(CrlKey key, Changed changed, Instant notAfter) {
    long change = changes.merge(key.issuerId(), 1L, Long::sum);
    revocations
        .computeIfAbsent(key.issuerId(), _ -> new HashMap<>())
        .put(changed.serialNumber(), new Listed(changed, key.partition(), change, notAfter));
  }

  /// A certificate names this partition.
  synchronized void name(String issuerId, NamedPartition partition) {
    partitions.computeIfAbsent(issuerId, _ -> new ArrayList<>()).add(partition);
  }

  /// Does this once, between the making of the next CRL and its publication.
  synchronized void beforePublishing(Runnable action) {
    beforePublishing = action;
  }

  synchronized List<AuditEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public synchronized long changes(String issuerId) {
    return changes.getOrDefault(issuerId, 0L);
  }

  @Override
  public synchronized long lastChange(CrlKey key) {
    return key.partition() == CrlKey.WHOLE
        ? changes(key.issuerId())
        : inScope(key).mapToLong(Listed::change).max().orElse(0);
  }

  private Stream<Listed> inScope(CrlKey key) {
    return revocations.getOrDefault(key.issuerId(), Map.of()).values().stream()
        .filter(listed -> key.partition() == CrlKey.WHOLE || listed.partition() == key.partition());
  }

  @Override
  public synchronized Reservation reserve(CrlKey key, Instant now) {
    Scope scope = new Scope(key.issuerId(), key.partition());
    long number = Math.max(lastNumbers.getOrDefault(scope, 0L) + 1, now.getEpochSecond());
    lastNumbers.put(scope, number);
    return new Reservation(number, changes(key.issuerId()));
  }

  @Override
  public synchronized List<Revoked> revoked(
      CrlKey key, Optional<SerialNumber> after, Instant notAfterFrom, int limit) {
    if (limit < 1 || limit > 10_000) {
      throw new IllegalArgumentException("the limit is 1 to 10,000");
    }
    return inScope(key)
        .filter(listed -> !listed.notAfter().isBefore(notAfterFrom))
        .map(Listed::changed)
        .flatMap(
            changed ->
                changed.revocation().stream()
                    .map(revocation -> new Revoked(changed.serialNumber(), revocation)))
        .sorted(Comparator.comparing(revoked -> revoked.serialNumber().hex()))
        .filter(
            revoked ->
                after
                    .map(last -> revoked.serialNumber().hex().compareTo(last.hex()) > 0)
                    .orElse(true))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<Changed> changedSince(
      CrlKey key, long since, Instant notAfterFrom, int limit) {
    return inScope(key)
        .filter(listed -> listed.change() > since)
        .filter(listed -> !listed.notAfter().isBefore(notAfterFrom))
        .sorted(Comparator.comparingLong(Listed::change))
        .map(Listed::changed)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<CrlEdition> oldestBase(
      CrlEdition like, long changesFrom, Instant now) {
    return kept(like.key().ofComplete(), now)
        .filter(edition -> edition.number() <= like.number())
        .filter(edition -> edition.changes() >= changesFrom)
        .filter(edition -> edition.signer().equals(like.signer()))
        .filter(
            edition ->
                edition
                    .extensions()
                    .distributionPoint()
                    .equals(like.extensions().distributionPoint()))
        .findFirst();
  }

  @Override
  public synchronized boolean isNamed(CrlKey key, Instant now) {
    return kept(key.ofComplete(), now)
        .anyMatch(edition -> edition.extensions().freshest().isPresent());
  }

  private Stream<CrlEdition> kept(CrlKey key, Instant now) {
    return editions.getOrDefault(key, new TreeMap<>()).values().stream()
        .filter(edition -> edition.nextUpdate().isAfter(now))
        .filter(edition -> !edition.thisUpdate().isAfter(now));
  }

  @Override
  public synchronized List<NamedPartition> partitions(String issuerId)
      throws StoreUnavailableException {
    if (away.contains(issuerId)) {
      throw new StoreUnavailableException("away");
    }
    return List.copyOf(partitions.getOrDefault(issuerId, List.of()));
  }

  @Override
  public synchronized void keepPart(CrlKey key, long number, int part, ByteString octets) {
    if (parts.putIfAbsent(new PartKey(key, number, part), octets) != null) {
      throw new IllegalStateException("kept twice");
    }
  }

  @Override
  public synchronized ByteString keptPart(CrlKey key, long number, int part)
      throws StoreUnavailableException {
    return Optional.ofNullable(parts.get(new PartKey(key, number, part)))
        .orElseThrow(() -> new StoreUnavailableException("overtaken"));
  }

  @Override
  public synchronized boolean publish(CrlEdition edition, List<AuditEvent> newEvents) {
    Runnable action = beforePublishing;
    beforePublishing = null;
    if (action != null) {
      action.run();
    }
    TreeMap<Long, CrlEdition> all = editions.computeIfAbsent(edition.key(), _ -> new TreeMap<>());
    if (all.higherKey(edition.number()) != null) {
      parts
          .keySet()
          .removeIf(key -> key.key().equals(edition.key()) && key.number() == edition.number());
      return false;
    }
    all.put(edition.number(), edition);
    TreeMap<Long, CrlEdition> known = readable.computeIfAbsent(edition.key(), _ -> new TreeMap<>());
    known.put(edition.number(), edition);
    Instant replacedAfter = edition.thisUpdate().minus(KEPT_AFTER_REPLACEMENT);
    boolean keeps = true;
    for (CrlEdition each : List.copyOf(known.descendingMap().values())) {
      if (!keeps) {
        known.remove(each.number());
      }
      keeps = keeps && each.thisUpdate().isAfter(replacedAfter);
    }
    parts
        .keySet()
        .removeIf(
            key ->
                key.key().equals(edition.key())
                    && key.number() < edition.number()
                    && !known.containsKey(key.number()));
    events.addAll(newEvents);
    return true;
  }

  @Override
  public synchronized void drop(CrlKey key) {
    editions.remove(key);
    readable.remove(key);
    parts.keySet().removeIf(part -> part.key().equals(key));
  }

  @Override
  public synchronized Optional<CrlEdition> newest(CrlKey key) throws StoreUnavailableException {
    if (away.contains(key.issuerId())) {
      throw new StoreUnavailableException("away");
    }
    return Optional.ofNullable(editions.get(key)).map(all -> all.lastEntry().getValue());
  }

  @Override
  public synchronized Optional<ByteString> part(CrlEdition edition, int part) {
    return Optional.ofNullable(parts.get(new PartKey(edition.key(), edition.number(), part)));
  }
}
