package org.certctl.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.digest;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.renewal;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.certctl.audit.Actor;
import org.certctl.enroll.Intent;
import org.certctl.enroll.TransactionKey;
import org.certctl.notice.Notice;
import org.certctl.notice.Notice.IssuedGroup;
import org.certctl.notice.NoticeKind;
import org.certctl.pki.RevocationReason;
import org.certctl.status.RevocationOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuedExpiryWatchTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant END = NOW.plus(Duration.ofDays(100));

  @TempDir Path folder;
  private WatchFixture fixture;
  private ExpiryRules rules = ExpiryRules.defaults();

  @BeforeEach
  void open() throws Exception {
    fixture = new WatchFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void issue(Intent intent, String name, Instant end) throws Exception {
    fixture.store.enrollments().intend(intent, false, List.of());
    fixture.store.enrollments().record(intent.id(), certificate(name, end), List.of());
  }

  private void issue(String name) throws Exception {
    issue(intent(name), name, END);
  }

  private static Intent at(String endpoint, String name) {
    Intent plain = intent(name);
    return new Intent(
        plain.id(),
        new TransactionKey(endpoint, name.getBytes(StandardCharsets.UTF_8), digest(name)),
        plain.requesterKeyDigest(),
        plain.challengeMac(),
        plain.serialNumber(),
        plain.approvedRequest(),
        plain.facts(),
        plain.claims(),
        plain.predecessor(),
        plain.at());
  }

  private IssuedExpiryWatch watch() {
    return new IssuedExpiryWatch(
        rules,
        fixture.store.expiry(),
        fixture.maker(),
        WatchFixture.targets(),
        fixture.clock,
        fixture);
  }

  private void runAt(Duration left) throws Exception {
    fixture.clock.set(END.minus(left));
    watch().run();
  }

  /// Each group that was told, as `30d default 2`.
  private List<String> told() throws Exception {
    List<String> told = new ArrayList<>();
    for (Notice notice : fixture.queued()) {
      assertThat(notice.kind()).isEqualTo(NoticeKind.ISSUED_CERTIFICATES);
      for (IssuedGroup group : notice.issued()) {
        told.add(Notice.text(group.threshold()) + " " + group.profile() + " " + group.count());
      }
    }
    return told;
  }

  @Test
  void tellsOnceForEachThresholdWheneverItRuns() throws Exception {
    issue("a");
    issue("b");
    for (int hours = 24 * 40; hours > 0; hours -= 5) {
      runAt(Duration.ofHours(hours));
      if (hours % 17 == 0) {
        fixture.restart();
      }
    }
    assertThat(told())
        .containsExactly("30d default 2", "14d default 2", "7d default 2", "1d default 2");
    assertThat(fixture.audited()).containsExactly("30d", "14d", "7d", "1d");
  }

  @Test
  void tellsNoLaterThanAtTheThresholdAndAnIntervalBeforeAtMost() throws Exception {
    issue("a");
    List<Duration> when = new ArrayList<>();
    for (Duration left = Duration.ofDays(40); left.isPositive(); left = left.minusMinutes(30)) {
      int before = told().size();
      runAt(left);
      if (told().size() > before) {
        when.add(left);
      }
    }
    assertThat(when).hasSize(4);
    for (int i = 0; i < 4; i++) {
      Duration threshold = rules.thresholds().get(i);
      assertThat(when.get(i)).isBetween(threshold, threshold.plus(DAY));
    }
  }

  @Test
  void manyAreToldOfTogether() throws Exception {
    for (int i = 0; i < 30; i++) {
      issue(intent("c" + i), "c" + i, END.plusSeconds(i));
    }
    issue(at("wifi", "w"), "w", END);
    runAt(DAY);

    assertThat(fixture.queued()).hasSize(1);
    assertThat(told()).containsExactly("1d default 30", "1d wifi 1");
    IssuedGroup group = fixture.queued().getFirst().issued().getFirst();
    assertThat(group.first()).hasSize(20);
    assertThat(group.first().getFirst().subject()).isEqualTo("CN=c0");
    assertThat(group.first().getFirst().device()).isEqualTo("device-c0");
  }

  @Test
  void leavesOutWhatIsRevokedHeldOrRenewed() throws Exception {
    for (String name : List.of("used", "revoked", "held")) {
      issue(name);
    }
    // `renewal` refers to the certificate that ends in thirty days.
    issue(intent("old"), "old", NOW.plus(Duration.ofDays(30)));
    issue(renewal("new", "old"), "new", END.plus(Duration.ofDays(200)));
    var revocations = fixture.store.revocations();
    revocations.apply(
        "iss-local",
        serial("revoked"),
        RevocationOrder.revoke(RevocationReason.KEY_COMPROMISE, NOW, Actor.system(), ""));
    revocations.apply("iss-local", serial("held"), RevocationOrder.hold(NOW, Actor.system(), ""));

    fixture.clock.set(NOW.plus(Duration.ofDays(29)));
    watch().run();
    assertThat(told()).isEmpty();
    assertThat(fixture.counts).isEmpty();
    runAt(DAY);
    assertThat(told()).containsExactly("1d default 1");
    assertThat(fixture.queued().getFirst().issued().getFirst().first())
        .extracting(Notice.IssuedCertificate::subject)
        .containsExactly("CN=used");
  }

  @Test
  void whatIsFoundLateIsToldOfUnderTheNearestThresholdOnly() throws Exception {
    issue(intent("soon"), "soon", END);
    issue(intent("later"), "later", END.plus(Duration.ofDays(12)));
    runAt(Duration.ofDays(5));
    assertThat(told()).containsExactly("7d default 1", "30d default 1");
  }

  @Test
  void aThresholdDoesNotCountForCertificatesThatHardlyLiveLonger() throws Exception {
    // They live for 14 days: 30 and 14 would be told at once, 7 and 1 are for them.
    issue(intent("early"), "early", NOW.plus(Duration.ofDays(14)));
    for (int day = 0; day < 14; day++) {
      fixture.clock.set(NOW.plus(Duration.ofDays(day)));
      watch().run();
    }
    assertThat(told()).containsExactly("7d default 1", "1d default 1");
  }

  /// However the runs fall between the births of certificates: those that live long enough for a
  /// threshold are told of under it once.
  @Test
  void noneIsLostBetweenTheRuns() throws Exception {
    rules = new ExpiryRules(List.of(Duration.ofDays(2), DAY), Duration.ofDays(7));
    // The longest reach is 2 + 7 days; these live a little longer.
    Duration lifetime = Duration.ofDays(9).plusMinutes(10);
    for (int hour = 0; hour < 24 * 20; hour += 13) {
      Instant born = NOW.plus(Duration.ofHours(hour));
      fixture.clock.set(born);
      String name = "h" + hour;
      // The test's certificates all begin now: what counts is that they live long enough.
      issue(intent(name), name, born.plus(lifetime));
      watch().run();
    }
    for (int day = 20; day < 45; day++) {
      fixture.clock.set(NOW.plus(Duration.ofDays(day)));
      watch().run();
    }
    long issued = (24 * 20 + 12) / 13;
    long told =
        fixture.queued().stream()
            .flatMap(notice -> notice.issued().stream())
            .mapToLong(IssuedGroup::count)
            .sum();
    assertThat(told).isBetween(issued, 2 * issued);
    assertThat(
            fixture.queued().stream()
                .flatMap(notice -> notice.issued().stream())
                .flatMap(
                    group ->
                        group.first().stream().map(each -> group.threshold() + each.serialNumber()))
                .toList())
        .doesNotHaveDuplicates();
  }

  @Test
  void countsWithinEachThreshold() throws Exception {
    issue(intent("a"), "a", END);
    issue(intent("b"), "b", END.plus(Duration.ofDays(8)));
    runAt(Duration.ofHours(12));
    assertThat(fixture.counts)
        .isEqualTo(
            Map.of(
                "default",
                Map.of(
                    Duration.ofDays(30),
                    2L,
                    Duration.ofDays(14),
                    2L,
                    Duration.ofDays(7),
                    1L,
                    DAY,
                    1L)));
  }

  @Test
  void ofTwoThatTellAtOnceOneGivesWay() throws Exception {
    issue("a");
    fixture.clock.set(END.minus(DAY));
    Map<String, Instant> marks = fixture.store.expiry().marks();
    watch().run();
    assertThat(
            fixture
                .store
                .expiry()
                .advance(
                    marks,
                    Map.of(IssuedExpiryWatch.RUN_MARK, fixture.clock.instant().plusSeconds(1)),
                    List.of(),
                    List.of(),
                    List.of()))
        .isFalse();
  }

  @Test
  void theDigestIsToldOnceInAnInterval() throws Exception {
    issue("a");
    WatchedCertificate tls =
        new WatchedCertificate(
            List.of(new Notice.Use("tls", "server")),
            "CN=tls",
            "0a",
            digest("tls"),
            END,
            java.util.Optional.empty());
    rules = new ExpiryRules(List.of(Duration.ofDays(3)), DAY);
    for (int hours = 24 * 20; hours > 24 * 10; hours -= 6) {
      fixture.clock.set(END.minus(Duration.ofHours(hours)));
      IssuedExpiryWatch issued = watch();
      issued.run();
      new Digest(
              DAY,
              fixture.store.expiry(),
              fixture.store.notices(),
              fixture.maker(),
              WatchFixture.targets(),
              () -> List.of(tls),
              issued,
              fixture.clock)
          .run();
    }
    assertThat(fixture.queued()).hasSize(10);
    assertThat(fixture.queued())
        .allSatisfy(
            notice -> {
              assertThat(notice.kind()).isEqualTo(NoticeKind.DIGEST);
              assertThat(notice.serverCertificates()).hasSize(1);
            });
  }
}
