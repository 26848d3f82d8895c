package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.certctl.config.Configuration;
import org.certctl.notice.DeliveryResult;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeKind;
import org.certctl.notice.Notices;
import org.certctl.notice.Notifier;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.Target;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `notices` beside a store that is open all the while, as under a running server.
class NoticesCommandTest {

  private static final Clock CLOCK = Clock.fixed(Notices.NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private final List<Notifier> notifiers = new ArrayList<>();
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new NoticesCommand(
                      context,
                      RecordsBeside.at(CLOCK)::open,
                      RecordsBeside.at(CLOCK),
                      this::open)));
  private Path data;
  private SqliteStore store;

  /// Answers one thing, always.
  private record Always(Target target, DeliveryResult answer, List<Notice> given)
      implements Notifier {

    @Override
    public String name() {
      return target.notifier();
    }

    @Override
    public List<Target> targets() {
      return List.of(target);
    }

    @Override
    public DeliveryResult deliver(Notice notice, Target to) {
      assertThat(to).isEqualTo(target);
      given.add(notice);
      return answer;
    }
  }

  private NotifierSource.Open open(Configuration configuration) {
    return new NotifierSource.Open() {
      @Override
      public String server() {
        return "pki.example.com";
      }

      @Override
      public List<Notifier> all() {
        return notifiers;
      }

      @Override
      public void close() {}
    };
  }

  @BeforeEach
  void oneIsDeliveredOneWaitsAndOneIsDead() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    store
        .expiry()
        .advance(
            Map.of(),
            Map.of("test", Notices.NOW),
            List.of(Notices.server("notice-1")),
            List.of(Notices.ALICE, Notices.BOB, Notices.WEBHOOK),
            List.of());
    OutboxEntry first = claim("mail");
    store.notices().delivered(first, Notices.NOW);
    OutboxEntry dead = claim("mail");
    store
        .notices()
        .giveUp(
            dead,
            Notices.NOW,
            "550 no such user",
            dead.putBack(Notices.NOW, org.certctl.audit.Actor.system()));
    OutboxEntry waits = claim("webhook");
    store.notices().failed(waits, Notices.NOW.plusSeconds(60), "HTTP status 500");
  }

  private OutboxEntry claim(String notifier) throws Exception {
    return store.notices().claim(notifier, Notices.NOW, Duration.ofMinutes(5)).orElseThrow();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  @Test
  void listsAllOrThoseThatWereGivenUp() {
    assertThat(run("notices", "list")).isZero();
    assertThat(certctl.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "NUMBER STATE MADE TO ATTEMPTS NEXT WHAT",
            "3 queued 2026-03-01T12:00:00Z webhook 1 2026-03-01T12:01:00Z the tls certificate"
                + " (server) ends in 7 days: HTTP status 500",
            "2 dead 2026-03-01T12:00:00Z mail to bob@example.com 1 - the tls certificate (server)"
                + " ends in 7 days: 550 no such user",
            "1 delivered 2026-03-01T12:00:00Z mail to alice@example.com 1 - the tls certificate"
                + " (server) ends in 7 days");

    assertThat(run("notices", "list", "--dead", "--json")).isZero();
    JsonNode dead = JsonMapper.shared().readTree(certctl.out());
    assertThat(dead.get("number").asInt()).isEqualTo(2);
    assertThat(dead.get("state").asString()).isEqualTo("dead");
    assertThat(dead.get("last_error").asString()).isEqualTo("550 no such user");
    assertThat(dead.get("id").asString()).isEqualTo("notice-1");
  }

  @Test
  void putsBackWhatWasGivenUpAndSaysWhoDid() throws Exception {
    assertThat(run("notices", "retry", "2")).isZero();
    assertThat(certctl.out()).startsWith("put back 2: mail to bob@example.com, the tls");
    assertThat(claim("mail").target()).isEqualTo(Notices.BOB);
    assertThat(
            store.auditStore().events(1, 100).stream()
                .map(event -> event.entry())
                .filter(entry -> entry.outcome().equals("put_back"))
                .filter(entry -> entry.actorType().equals("user")))
        .hasSize(1);

    assertThat(run("notices", "retry", "2")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("notice 2 is queued, not dead");
    assertThat(run("notices", "retry", "99")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("there is no notice 99");
  }

  @Test
  void putsAllBack() {
    assertThat(run("notices", "retry", "--all-dead")).isZero();
    assertThat(certctl.out()).contains("put back 2");
    assertThat(run("notices", "retry", "--all-dead")).isZero();
    assertThat(certctl.out()).contains("no notice was given up");
    for (String[] wrong :
        Stream.of("notices retry", "notices retry 2 --all-dead")
            .map(line -> line.split(" "))
            .toList()) {
      assertThat(run(wrong)).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void triesEveryWayOutAndSaysWhatCameOfIt() {
    assertThat(run("notices", "test")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("nobody is told", "CERTCTL_WEBHOOK_URL");

    List<Notice> given = new ArrayList<>();
    notifiers.add(new Always(Notices.WEBHOOK, new DeliveryResult.Delivered(), given));
    assertThat(run("notices", "test")).isZero();
    assertThat(certctl.out()).isEqualToNormalizingNewlines("webhook: delivered\n");
    assertThat(given).singleElement().extracting(Notice::kind).isEqualTo(NoticeKind.TEST);

    notifiers.add(new Always(Notices.ALICE, new DeliveryResult.Refused("535 no"), given));
    assertThat(run("notices", "test")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.out())
        .isEqualToNormalizingNewlines(
            "webhook: delivered\nmail to alice@example.com: refused: 535 no\n");
  }
}
