package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.digest;
import static org.certctl.enroll.Enrollments.facts;
import static org.certctl.enroll.Enrollments.key;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoredEvent;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.PendingEnrollment;
import org.certctl.enroll.PendingId;
import org.certctl.enroll.PendingState;
import org.certctl.pki.TestRequests;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `pending` beside a store that is open all the while, as under a running server.
class PendingCommandTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new PendingCommand(
                      context, RecordsBeside.at(CLOCK)::open, RecordsBeside.at(CLOCK))));
  private Path data;
  private SqliteStore store;

  @BeforeEach
  void twoWait() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    waits("a", facts("a"), Duration.ofDays(7));
    waits("b", facts("b"), Duration.ZERO);
  }

  private void waits(String name, EnrollmentFacts facts, Duration howLong) throws Exception {
    PendingEnrollment waiting =
        new PendingEnrollment(
            new PendingId(UUID.randomUUID()),
            key(name),
            digest(name + " requester"),
            digest(name + " challenge"),
            "static",
            TestRequests.of("CN=" + name),
            facts,
            List.of(),
            NOW,
            NOW.plus(howLong));
    var _ = store.pending().queue(waiting, ApprovalRules.off(), List.of());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  private PendingState state(long number) throws Exception {
    return store.pendingDecisions().find(number).orElseThrow().state();
  }

  @Test
  void listsWhatWaits() {
    assertThat(run("pending", "list")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out().lines()).hasSize(3);
    assertThat(certctl.out()).contains("NUMBER", "waiting", "192.0.2.7", "CN=a");
  }

  @Test
  void showsTheKeyThatIsToBeCompared() {
    assertThat(run("pending", "show", "1")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out())
        .contains("key sha256", "another key", "DNS:a.example", "expires at", "challenge");
    assertThat(run("pending", "show", "1", "--json")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).startsWith("{\"number\":1,").contains("\"state\":\"waiting\"");
  }

  @Test
  void sec15_whatADeviceWroteCannotBreakOrColourWhatAHumanReads() throws Exception {
    waits("c", facts("c\n1  approved\u001b[2J\u202e<script>\"}"), Duration.ofDays(7));

    for (String command : List.of("list", "show")) {
      String[] words = {"pending", command, "3"};
      assertThat(run(command.equals("show") ? words : Arrays.copyOf(words, 2)))
          .isEqualTo(ExitCode.OK);
      assertThat(certctl.out()).contains("<script>").doesNotContain("\u001b", "\u202e");
      assertThat(certctl.out().lines()).noneMatch(line -> line.startsWith("1  approved"));
    }
    assertThat(run("pending", "show", "3", "--json")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out().lines()).hasSize(1);
    assertThat(certctl.out()).doesNotContain("\u001b");
    assertThat(JsonMapper.shared().readTree(certctl.out()).path("subject").asString())
        .contains("<script>\"}");
  }

  @Test
  void approvesBesideTheServerInTheNameOfWhoRunsIt() throws Exception {
    assertThat(run("pending", "approve", "1")).isEqualTo(ExitCode.OK);

    String operator = certctl.context().operator().name();
    assertThat(state(1)).isEqualTo(new PendingState.Approved(operator, NOW));
    assertThat(certctl.out()).contains("approved 1: CN=a");
    assertThat(store.auditStore().events(1, 10))
        .extracting(StoredEvent::entry)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.outcome()).isEqualTo("approved");
              assertThat(entry.actor()).isEqualTo(operator);
              assertThat(entry.actorType()).isEqualTo("user");
            });
  }

  @Test
  void rejectsWithWordsForTheDevice() throws Exception {
    assertThat(run("pending", "reject", "1", "--reason", "not yours")).isEqualTo(ExitCode.OK);

    assertThat(state(1))
        .isInstanceOfSatisfying(
            PendingState.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("approval_rejected");
              assertThat(refused.words()).isEqualTo("not yours");
            });
    assertThat(run("pending", "list", "--all")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("refused");
  }

  @Test
  void a16_saysWhoDecidedFirst() throws Exception {
    assertThat(run("pending", "approve", "1")).isEqualTo(ExitCode.OK);
    assertThat(run("pending", "approve", "1")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("request 1 was approved by");
    assertThat(run("pending", "reject", "1")).isEqualTo(ExitCode.OK);
    assertThat(run("pending", "reject", "1")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("request 1 was refused by");
    assertThat(state(1)).isInstanceOf(PendingState.Refused.class);
  }

  @Test
  void cannotApproveWhatHasWaitedTooLong() throws Exception {
    assertThat(run("pending", "approve", "2")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("has waited too long");
    assertThat(state(2)).isEqualTo(new PendingState.Waiting());
  }

  @Test
  void complainsOfNumbersAndReasonsThatCannotBe() throws Exception {
    complains(ExitCode.FAILURE, "pending", "show", "99");
    complains(ExitCode.FAILURE, "pending", "approve", "99");
    complains(ExitCode.USAGE, "pending", "approve");
    complains(ExitCode.USAGE, "pending", "approve", "one");
    complains(ExitCode.USAGE, "pending", "reject", "1", "--reason", "x".repeat(201));
    complains(ExitCode.USAGE, "pending", "reject", "1", "--reason", "two\nlines");
    assertThat(state(1)).isEqualTo(new PendingState.Waiting());
  }

  private void complains(int exitCode, String... words) {
    assertThat(run(words)).isEqualTo(exitCode);
    assertThat(certctl.err()).isNotEmpty().doesNotContain("Exception");
  }
}
