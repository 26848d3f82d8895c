package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.claim;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.audit.StoredEvent;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.IntendResult;
import org.certctl.enroll.Intent;
import org.certctl.enroll.KnownEnrollment;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("certctl.db");
  }

  private SqliteStore open() throws StoreOpenException {
    return SqliteStore.open(file(), CLOCK, StoreObserver.none());
  }

  @Test
  void keepsEverythingOverARestart() throws Exception {
    Intent done = intent("done");
    Intent left = intent("left", claim("one"));
    try (SqliteStore store = open()) {
      store.enrollments().intend(done, false, intended("done"));
      store.enrollments().record(done.id(), certificate("done"), issued("done"));
      store.enrollments().intend(left, false, intended("left"));
    }

    try (SqliteStore store = open()) {
      assertThat(Enrollments.open(store.enrollments())).containsExactly(left);
      assertThat(store.enrollments().find(key("done")))
          .hasValueSatisfying(
              known ->
                  assertThat(known)
                      .isInstanceOfSatisfying(
                          KnownEnrollment.Issued.class,
                          issued ->
                              assertThat(issued.certificate()).isEqualTo(certificate("done"))));
      assertThat(store.auditStore().events(1, 10)).hasSize(3);
      assertThat(store.enrollments().intend(intent("next", claim("one")), false, List.of()))
          .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
    }
  }

  @Test
  void saysThatThereIsNoDirectoryForTheFile() {
    Path file = folder.resolve("nowhere").resolve("certctl.db");
    assertThatThrownBy(() -> SqliteStore.open(file, CLOCK, StoreObserver.none()))
        .isInstanceOf(StoreOpenException.class)
        .hasMessage(file + " cannot be made: there is no such directory");
  }

  @Test
  void refusesASecondServerButNotReaders() throws Exception {
    try (SqliteStore store = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(StoreOpenException.class)
          .hasMessageContaining("in use");

      Intent intent = intent("a");
      store.enrollments().intend(intent, false, intended("a"));
      store.enrollments().record(intent.id(), certificate("a"), issued("a"));
      try (SqliteReader reader = SqliteReader.open(file(), CLOCK)) {
        assertThat(reader.certificates().bySerialNumber(serial("a"))).hasSize(1);
        assertThat(reader.auditStore().events(1, 10)).hasSize(2);
      }
    }
    open().close();
  }

  @Test
  void isReadWhenNoServerRuns() throws Exception {
    try (SqliteStore store = open()) {
      store.enrollments().intend(intent("a"), false, intended("a"));
    }

    try (SqliteReader reader = SqliteReader.open(file(), CLOCK)) {
      assertThat(reader.auditStore().events(1, 10)).hasSize(1);
      assertThatThrownBy(() -> reader.auditLog().append(intended("b")))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void refusesADatabaseOfANewerVersion() throws Exception {
    open().close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO schema_history SELECT 99, '99', 'later', type, script, checksum,"
              + " installed_by, installed_on, execution_time, 1 FROM schema_history"
              + " WHERE version = '1'");
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("newer certctl");
    assertThatThrownBy(() -> SqliteReader.open(file(), CLOCK))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("newer certctl");
  }

  @Test
  void refusesWhatIsNoDatabase() throws Exception {
    Files.writeString(file(), "this is no database, whatever its name may say".repeat(100));

    assertThatThrownBy(this::open).isInstanceOf(StoreOpenException.class);
    assertThatThrownBy(() -> SqliteReader.open(file(), CLOCK))
        .isInstanceOf(StoreOpenException.class);
    assertThatThrownBy(() -> SqliteReader.open(folder.resolve("none.db"), CLOCK))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("not there");
    Files.delete(file());
    open().close();
  }

  @Test
  void isForItsOwnerAlone() throws Exception {
    try (SqliteStore store = open()) {
      store.enrollments().intend(intent("a"), false, List.of());
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files)
            .isNotEmpty()
            .allSatisfy(
                path ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void knowsItsNewestMigration() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration/sqlite"));
        Stream<Path> classes = Files.list(Path.of("src/main/java/org/certctl/store/sqlite"))) {
      assertThat(
              Stream.concat(files, classes)
                  .map(path -> path.getFileName().toString())
                  .filter(name -> name.matches("V[0-9]+__.*"))
                  .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
                  .max())
          .hasValue(SqliteMigrations.VERSION);
    }
  }

  @Test
  void tellsNobodyOfSuccessWhenTheCommitFails() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    CommitHook hook =
        new CommitHook() {
          @Override
          public void beforeCommit(int units) {
            if (fails.getAndSet(false)) {
              throw new IllegalArgumentException("the disk is gone");
            }
          }

          @Override
          public void afterCommit(int units) {}
        };
    try (SqliteStore store = SqliteStore.open(file(), CLOCK, StoreObserver.none(), hook)) {
      fails.set(true);

      assertThatThrownBy(() -> store.enrollments().intend(intent("a"), false, intended("a")))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("the disk is gone");
      assertThat(store.enrollments().openIntents()).isEmpty();
      assertThat(store.auditStore().events(1, 10)).isEmpty();

      assertThat(store.enrollments().intend(intent("a"), false, intended("a")))
          .isEqualTo(new IntendResult.Intended());
      assertThat(store.auditStore().events(1, 10))
          .extracting(event -> event.sequence())
          .containsExactly(1L);
    }
  }

  @Test
  void refusesWorkAfterItIsClosed() throws Exception {
    SqliteStore store = open();
    store.close();
    store.close();

    assertThatThrownBy(() -> store.enrollments().intend(intent("a"), false, List.of()))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.enrollments().openIntents())
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void findsARequestByIndex() throws Exception {
    assertThat(
            plan(
                "SELECT id FROM enrollment WHERE request_digest = x'00' AND endpoint = ''"
                    + " AND transaction_id = x'00' AND state <> 'released'"
                    + " ORDER BY position DESC LIMIT 1"))
        .containsExactly(
            "SEARCH enrollment USING INDEX enrollment_by_request"
                + " (request_digest=? AND endpoint=? AND transaction_id=?)");
  }

  @Test
  void findsARequestUnderAnyTransactionIdByIndex() throws Exception {
    assertThat(
            plan(
                "SELECT id FROM enrollment WHERE request_digest = x'00' AND endpoint = ''"
                    + " AND state <> 'released' ORDER BY position DESC LIMIT 1"))
        .contains(
            "SEARCH enrollment USING INDEX enrollment_by_request"
                + " (request_digest=? AND endpoint=?)");
  }

  @Test
  void findsWhatAPollAsksForByIndexAlsoUnderATransactionIdThatAllShare() throws Exception {
    assertThat(
            plan(
                "SELECT request_digest FROM enrollment WHERE requester_key_digest = x'00'"
                    + " AND transaction_id = x'00' AND endpoint = '' AND state <> 'released'"
                    + " ORDER BY position DESC LIMIT 1"))
        .containsExactly(
            "SEARCH enrollment USING INDEX enrollment_by_requester"
                + " (requester_key_digest=? AND transaction_id=? AND endpoint=?)");
  }

  @Test
  void findsWhatIsOverdueByIndex() throws Exception {
    assertThat(
            plan(
                "SELECT * FROM pending_enrollment WHERE state IN ('waiting', 'approved')"
                    + " AND expires_at_ms <= 1 ORDER BY expires_at_ms, number LIMIT 100"))
        .containsExactly(
            "SEARCH pending_enrollment USING INDEX pending_enrollment_by_end (expires_at_ms<?)");
  }

  @Test
  void findsOpenIntentsByIndex() throws Exception {
    assertThat(plan("SELECT * FROM enrollment WHERE state = 'open'"))
        .containsExactly("SCAN enrollment USING INDEX enrollment_open");
  }

  private List<String> plan(String query) throws Exception {
    open().close();
    List<String> steps = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement();
        var plan = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
      while (plan.next()) {
        steps.add(plan.getString("detail"));
      }
    }
    return steps;
  }

  @Test
  void letsNoFailureOfOneSpoilItsNeighbours() throws Exception {
    Intent first = intent("first");
    Intent sameId =
        new Intent(
            first.id(),
            key("second"),
            first.requesterKeyDigest(),
            first.challengeMac(),
            first.serialNumber(),
            first.approvedRequest(),
            Enrollments.facts("second"),
            List.of(claim("one")),
            Optional.empty(),
            NOW.plus(Duration.ofSeconds(1)));
    try (SqliteStore store = open()) {
      store.enrollments().intend(first, false, intended("first"));

      assertThatIllegalStateException()
          .isThrownBy(() -> store.enrollments().intend(sameId, false, intended("second")));
      assertThat(store.enrollments().intend(intent("third", claim("one")), false, List.of()))
          .isEqualTo(new IntendResult.Intended());
      assertThat(store.auditStore().events(1, 10)).hasSize(1);
    }
  }

  @Test
  void twoProcessesMayWriteAtOnceAndNothingIsLost() throws Exception {
    int each = 200;
    try (SqliteStore server = open();
        SqliteStore command = SqliteStore.openBeside(file(), CLOCK);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        writing.add(threads.submit(() -> append(server)));
        writing.add(threads.submit(() -> append(command)));
      }
      for (Future<?> one : writing) {
        one.get(30, TimeUnit.SECONDS);
      }
      assertThat(server.auditStore().events(1, 3 * each))
          .extracting(StoredEvent::sequence)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 2L * each).boxed().toList());
    }
  }

  private static @Nullable Void append(SqliteStore store) throws StoreUnavailableException {
    for (AuditEvent event : intended("any")) {
      store.auditLog().append(event);
    }
    return null;
  }

  @Test
  void nobodyWritesBesideAFileThatIsNotOfThisVersion() {
    assertThatThrownBy(() -> SqliteStore.openBeside(file(), CLOCK))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("is not there");
  }
}
