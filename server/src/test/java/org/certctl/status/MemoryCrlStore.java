package org.certctl.status;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Revocation;
import org.certctl.pki.SerialNumber;
import org.jspecify.annotations.Nullable;

/// CRLs and revocations in memory, keeping the whole contract.
final class MemoryCrlStore implements CrlStore {

  private record Listed(Revoked revoked, Instant notAfter) {}

  private record PartKey(String issuerId, long number, int part) {}

  private final Map<String, List<Listed>> revocations = new HashMap<>();
  private final Map<String, Long> changes = new HashMap<>();
  private final Map<String, Long> lastNumbers = new HashMap<>();
  private final Map<String, TreeMap<Long, CrlEdition>> editions = new HashMap<>();
  private final Map<PartKey, ByteString> parts = new HashMap<>();
  private final List<AuditEvent> events = new ArrayList<>();
  private final Set<String> away = new HashSet<>();
  private @Nullable Runnable beforePublishing;

  /// From now on, nothing about this issuer can be read.
  synchronized void goAway(String issuerId) {
    away.add(issuerId);
  }

  /// Adds a revocation.
  synchronized void revoke(
      String issuerId, SerialNumber serialNumber, Revocation revocation, Instant notAfter) {
    revocations
        .computeIfAbsent(issuerId, _ -> new ArrayList<>())
        .add(new Listed(new Revoked(serialNumber, revocation), notAfter));
    changes.merge(issuerId, 1L, Long::sum);
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
  public synchronized Reservation reserve(String issuerId, Instant now) {
    long number = Math.max(lastNumbers.getOrDefault(issuerId, 0L) + 1, now.getEpochSecond());
    lastNumbers.put(issuerId, number);
    return new Reservation(number, changes(issuerId));
  }

  @Override
  public synchronized List<Revoked> revoked(
      String issuerId, Optional<SerialNumber> after, Instant notAfterFrom, int limit) {
    if (limit < 1 || limit > 10_000) {
      throw new IllegalArgumentException("the limit is 1 to 10,000");
    }
    return revocations.getOrDefault(issuerId, List.of()).stream()
        .filter(listed -> !listed.notAfter().isBefore(notAfterFrom))
        .map(Listed::revoked)
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
  public synchronized void keepPart(String issuerId, long number, int part, ByteString octets) {
    if (parts.putIfAbsent(new PartKey(issuerId, number, part), octets) != null) {
      throw new IllegalStateException("kept twice");
    }
  }

  @Override
  public synchronized ByteString keptPart(String issuerId, long number, int part)
      throws StoreUnavailableException {
    return Optional.ofNullable(parts.get(new PartKey(issuerId, number, part)))
        .orElseThrow(() -> new StoreUnavailableException("overtaken"));
  }

  @Override
  public synchronized boolean publish(CrlEdition edition, List<AuditEvent> newEvents) {
    Runnable action = beforePublishing;
    beforePublishing = null;
    if (action != null) {
      action.run();
    }
    TreeMap<Long, CrlEdition> known =
        editions.computeIfAbsent(edition.issuerId(), _ -> new TreeMap<>());
    if (known.higherKey(edition.number()) != null) {
      parts.keySet().removeIf(key -> key.number() == edition.number());
      return false;
    }
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
                key.issuerId().equals(edition.issuerId())
                    && key.number() < edition.number()
                    && !known.containsKey(key.number()));
    events.addAll(newEvents);
    return true;
  }

  @Override
  public synchronized Optional<CrlEdition> newest(String issuerId)
      throws StoreUnavailableException {
    if (away.contains(issuerId)) {
      throw new StoreUnavailableException("away");
    }
    return Optional.ofNullable(editions.get(issuerId)).map(all -> all.lastEntry().getValue());
  }

  @Override
  public synchronized Optional<ByteString> part(CrlEdition edition, int part) {
    return Optional.ofNullable(parts.get(new PartKey(edition.issuerId(), edition.number(), part)));
  }
}
