package org.certctl.expiry;

import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.certctl.notice.Notice;
import org.certctl.notice.Notices;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.Target;
import org.certctl.pki.TestClock;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;

/// A store, a clock and an ear for the watches.
final class WatchFixture implements ExpiryObserver, AutoCloseable {

  final TestClock clock = new TestClock(NOW);
  final List<Notice> told = new ArrayList<>();
  Map<String, Map<Duration, Long>> counts = Map.of();
  SqliteStore store;

  private final Path file;
  private final AtomicInteger ids = new AtomicInteger();

  WatchFixture(Path folder) throws Exception {
    file = folder.resolve("certctl.db");
    store = SqliteStore.open(file, clock, StoreObserver.none());
  }

  void restart() throws Exception {
    store.close();
    store = SqliteStore.open(file, clock, StoreObserver.none());
  }

  NoticeMaker maker() {
    return new NoticeMaker("pki.example.com", () -> "notice-" + ids.incrementAndGet());
  }

  static List<Target> targets() {
    return List.of(Notices.WEBHOOK, Notices.ALICE);
  }

  /// What is on its way to the webhook, oldest first.
  List<Notice> queued() throws Exception {
    return store.notices().page(Long.MAX_VALUE, Optional.empty(), 1000).reversed().stream()
        .filter(entry -> entry.target().equals(Notices.WEBHOOK))
        .map(OutboxEntry::notice)
        .toList();
  }

  List<String> audited() throws Exception {
    return store.auditStore().events(1, 1000).stream()
        .map(event -> event.entry())
        .filter(entry -> entry.action().equals("expiry_notice"))
        .map(entry -> entry.details().get("threshold"))
        .toList();
  }

  @Override
  public void told(Notice notice) {
    told.add(notice);
  }

  @Override
  public void counted(Map<String, Map<Duration, Long>> found) {
    counts = Map.copyOf(found);
  }

  @Override
  public void close() {
    store.close();
  }
}
