package org.certctl.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.digest;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.notice.Notice;
import org.certctl.notice.Notice.Use;
import org.certctl.notice.Target;
import org.certctl.pki.TestCa;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerExpiryWatchTest {

  private static final Instant END = NOW.plus(Duration.ofDays(100));

  @TempDir Path folder;
  private WatchFixture fixture;
  private List<WatchedCertificate> certificates = List.of(certificate("tls", Optional.empty()));
  private List<Target> targets = WatchFixture.targets();

  @BeforeEach
  void open() throws Exception {
    fixture = new WatchFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static WatchedCertificate certificate(String kind, Optional<Duration> renewedBefore) {
    return new WatchedCertificate(
        List.of(new Use(kind, "server")), "CN=" + kind, "0a", digest(kind), END, renewedBefore);
  }

  private ServerExpiryWatch watch() {
    return new ServerExpiryWatch(
        ExpiryRules.defaults(),
        fixture.store.expiry(),
        fixture.maker(),
        targets,
        () -> certificates,
        fixture.clock,
        fixture);
  }

  private void at(Duration left) throws Exception {
    fixture.clock.set(END.minus(left));
    watch().run();
    watch().run();
  }

  private List<String> told() throws Exception {
    List<String> told = new ArrayList<>();
    for (Notice notice : fixture.queued()) {
      Notice.ServerCertificate certificate = notice.serverCertificates().getFirst();
      told.add(
          certificate.uses().getFirst().kind()
              + " "
              + Notice.text(certificate.threshold().orElseThrow()));
    }
    return told;
  }

  @Test
  void tellsOnceAtEachThreshold() throws Exception {
    for (int days = 40; days >= 0; days--) {
      at(Duration.ofDays(days).plusMillis(1));
      int expected = days >= 30 ? 0 : days >= 14 ? 1 : days >= 7 ? 2 : days >= 1 ? 3 : 4;
      assertThat(told()).as("%d days before", days).hasSize(expected);
      if (days % 10 == 3) {
        fixture.restart();
      }
    }
    assertThat(told()).containsExactly("tls 30d", "tls 14d", "tls 7d", "tls 1d");
    assertThat(fixture.audited()).containsExactly("30d", "14d", "7d", "1d");
    assertThat(fixture.told).extracting(Notice::id).doesNotHaveDuplicates().hasSize(4);
    at(Duration.ofDays(-3));
    assertThat(told()).as("after its end").hasSize(4);
  }

  @Test
  void tellsExactlyAtTheThresholdAndNotBefore() throws Exception {
    at(Duration.ofDays(30).plusMillis(1));
    assertThat(told()).isEmpty();
    at(Duration.ofDays(30));
    assertThat(told()).containsExactly("tls 30d");
  }

  @Test
  void oneThatIsFoundLateIsToldOfUnderTheNearestThresholdOnly() throws Exception {
    at(Duration.ofDays(5));
    assertThat(told()).containsExactly("tls 7d");
    at(Duration.ofHours(5));
    assertThat(told()).containsExactly("tls 7d", "tls 1d");
  }

  @Test
  void oneThatHasEndedBeforeAnybodyLookedIsToldOfOnce() throws Exception {
    at(Duration.ofDays(-2));
    assertThat(told()).containsExactly("tls 1d");
    assertThat(fixture.told.getFirst().summary()).endsWith("has expired");
  }

  @Test
  void aClockThatIsSetBackRepeatsNothing() throws Exception {
    at(Duration.ofDays(6));
    at(Duration.ofDays(29));
    at(Duration.ofDays(13));
    at(Duration.ofDays(6));
    assertThat(told()).containsExactly("tls 7d");
  }

  @Test
  void oneThatIsRenewedByItselfIsToldOfOnlyWhenThatFailed() throws Exception {
    certificates = List.of(certificate("ocsp", Optional.of(Duration.ofHours(84))));
    at(Duration.ofDays(29));
    at(Duration.ofDays(4));
    assertThat(told()).isEmpty();
    at(Duration.ofHours(84));
    assertThat(told()).containsExactly("ocsp 7d");
    at(Duration.ofHours(24));
    assertThat(told()).containsExactly("ocsp 7d", "ocsp 1d");
  }

  @Test
  void aRenewedCertificateIsAnotherOne() throws Exception {
    at(Duration.ofDays(6));
    certificates = List.of(certificate("next", Optional.empty()));
    at(Duration.ofDays(6));
    assertThat(told()).containsExactly("tls 7d", "next 7d");
  }

  @Test
  void oneThatIsUsedTwiceIsToldOfOnceWithBothUses() throws Exception {
    var holder = TestCa.ec().certificate().holder();
    certificates =
        List.of(
            WatchedCertificate.of("client-ca", "a", holder),
            WatchedCertificate.of("client-ca", "b", holder),
            WatchedCertificate.of("client-ca", "b", holder));
    fixture.clock.set(holder.getNotAfter().toInstant().minus(Duration.ofDays(1)));
    watch().run();
    assertThat(fixture.queued())
        .singleElement()
        .satisfies(
            notice ->
                assertThat(notice.serverCertificates().getFirst().uses())
                    .containsExactly(new Use("client-ca", "a"), new Use("client-ca", "b")));
  }

  @Test
  void whereNobodyIsToldTheAuditTrailKnows() throws Exception {
    targets = List.of();
    at(Duration.ofDays(5));
    assertThat(fixture.store.notices().page(Long.MAX_VALUE, Optional.empty(), 10)).isEmpty();
    assertThat(fixture.audited()).containsExactly("7d");
    assertThat(fixture.told).hasSize(1);
  }

  @Test
  void whatWasToldIsRememberedForAsLongAsTheCertificateIsThere() throws Exception {
    at(Duration.ofHours(5));
    fixture.clock.set(END.plus(Duration.ofDays(400)));
    watch().forget();
    watch().run();
    assertThat(told()).hasSize(1);
    List<WatchedCertificate> before = certificates;
    certificates = List.of();
    watch().forget();
    certificates = before;
    watch().run();
    assertThat(told()).as("forgotten").hasSize(2);
  }
}
