package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.Intent;
import org.certctl.retention.RetentionStore.Place;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A removal that is broken off before its commit has removed nothing; one that is not leaves
/// nothing that refers to what is gone.
class BrokenOffRemovalTest {

  private static final Instant LATER = NOW.plus(Duration.ofDays(100));

  @TempDir Path folder;
  private final AtomicBoolean fails = new AtomicBoolean();

  private SqliteStore open() throws Exception {
    CommitHook hook =
        new CommitHook() {
          @Override
          public void beforeCommit(int units) {
            if (fails.get()) {
              throw new IllegalArgumentException("the disk is gone");
            }
          }

          @Override
          public void afterCommit(int units) {}
        };
    return SqliteStore.open(
        folder.resolve("certctl.db"), Clock.fixed(NOW, ZoneOffset.UTC), StoreObserver.none(), hook);
  }

  @Test
  void losesNothing() throws Exception {
    try (SqliteStore store = open()) {
      for (String name : List.of("a", "b")) {
        Intent intent = intent(name);
        store.enrollments().intend(intent, false, intended(name));
        store.enrollments().record(intent.id(), certificate(name), issued(name));
      }
      fails.set(true);
      assertThatThrownBy(() -> store.retention().removeCertificates(Place.FIRST, LATER, LATER))
          .isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> store.retention().removeEnrollments(Place.FIRST, LATER, LATER))
          .isInstanceOf(StoreUnavailableException.class);
    }
    fails.set(false);
    try (SqliteStore store = open()) {
      assertThat(store.auditStore().events(1, 100)).hasSize(4);
      assertThat(store.certificates().removedUntil()).isEmpty();
      for (String name : List.of("a", "b")) {
        assertThat(store.enrollments().find(key(name))).isPresent();
        assertThat(store.certificates().bySerialNumber(serial(name))).hasSize(1);
      }

      assertThat(store.retention().removeCertificates(Place.FIRST, LATER, LATER).removed())
          .isEqualTo(2);
      assertThat(rows()).containsOnly(0L);
    }
  }

  private List<Long> rows() throws SQLException {
    List<Long> counts = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      for (String table : List.of("certificate", "certificate_name", "enrollment", "revocation")) {
        try (var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
          counts.add(row.getLong(1));
        }
      }
    }
    return counts;
  }
}
