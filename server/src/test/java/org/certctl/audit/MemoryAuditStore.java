package org.certctl.audit;

import java.util.ArrayList;
import java.util.List;
import org.certctl.pki.SigningUnavailableException;

/// The audit trail in memory, keeping the whole contract.
public final class MemoryAuditStore implements AuditLog, AuditStore, AuditSearch {

  private final List<StoredEvent> events = new ArrayList<>();
  private final List<AuditBlock> blocks = new ArrayList<>();
  private AuditHead start = AuditHead.NONE;

  /// An empty trail.
  public MemoryAuditStore() {}

  @Override
  public synchronized void append(List<AuditEvent> newEvents) {
    for (AuditEvent event : newEvents) {
      AuditEntry entry = AuditEntry.of(event).placed(start.lastSequence() + events.size() + 1);
      events.add(new StoredEvent(entry.withoutDetails(), AuditEncoding.encode(entry)));
    }
  }

  @Override
  public synchronized List<StoredEvent> events(long fromSequence, int limit) {
    return events.stream().filter(event -> event.sequence() >= fromSequence).limit(limit).toList();
  }

  @Override
  public synchronized List<AuditBlock> blocks(long fromNumber, int limit) {
    return blocks.stream().filter(block -> block.number() >= fromNumber).limit(limit).toList();
  }

  @Override
  public synchronized AuditHead start() {
    return start;
  }

  @Override
  public synchronized void forget(AuditHead upTo, AuditEvent event) {
    if (blocks.stream().map(AuditHead::of).noneMatch(upTo::equals) || head().equals(upTo)) {
      throw new IllegalStateException("no such block");
    }
    start = upTo;
    blocks.removeIf(block -> block.number() <= upTo.number());
    events.removeIf(old -> old.sequence() <= upTo.lastSequence());
    append(List.of(event));
  }

  @Override
  public synchronized AuditHead head() {
    return blocks.isEmpty() ? AuditHead.NONE : AuditHead.of(blocks.getLast());
  }

  @Override
  public synchronized int seal(int limit, BlockMaker maker) throws SigningUnavailableException {
    List<AuditLeaf> leaves =
        events(head().lastSequence() + 1, limit).stream()
            .map(event -> new AuditLeaf(event.sequence(), event.leaf()))
            .toList();
    if (leaves.isEmpty()) {
      return 0;
    }
    AuditBlock block = maker.make(head(), leaves);
    if (!head().isFollowedBy(block)) {
      throw new IllegalStateException(block + " does not follow the newest block");
    }
    blocks.add(block);
    return leaves.size();
  }

  @Override
  public synchronized List<AuditEntry> find(AuditQuery query) {
    return events.reversed().stream()
        .map(StoredEvent::entry)
        .filter(entry -> entry.sequence() < query.beforeSequence())
        .filter(entry -> query.since().stream().noneMatch(since -> entry.at().isBefore(since)))
        .filter(entry -> query.until().stream().allMatch(until -> entry.at().isBefore(until)))
        .filter(entry -> query.action().stream().allMatch(entry.action()::equals))
        .filter(entry -> query.outcome().stream().allMatch(entry.outcome()::equals))
        .filter(entry -> query.reason().stream().allMatch(entry.reason()::equals))
        .filter(entry -> query.endpoint().stream().allMatch(entry.endpoint()::equals))
        .filter(entry -> query.transactionId().stream().allMatch(entry.transactionId()::equals))
        .filter(entry -> query.resourceId().stream().allMatch(entry.resourceId()::equals))
        .limit(query.limit())
        .toList();
  }
}
