package org.certctl.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NoticeTest {

  @Test
  void textsAreOneLineAndBounded() {
    Notice notice =
        Notices.server("notice-1", "CN=a\r\nBcc: eve@example.com\u2028x\u202e" + "é".repeat(300));
    String subject = notice.serverCertificates().getFirst().subject();
    assertThat(subject).startsWith("CN=a??Bcc: eve@example.com?x?").hasSize(200).endsWith("é…");
  }

  @Test
  void summariesSayWhatEndsAndWhen() {
    assertThat(Notices.server("notice-1").summary())
        .isEqualTo("the tls certificate (server) ends in 7 days");
    assertThat(Notices.issued("notice-1").summary()).isEqualTo("3 issued certificates end soon");
  }

  @Test
  void timesAreTold() {
    assertThat(Notice.roughly(Duration.ofHours(47))).isEqualTo("47 hours");
    assertThat(Notice.roughly(Duration.ofDays(2))).isEqualTo("2 days");
    assertThat(Notice.roughly(Duration.ofMinutes(119))).isEqualTo("119 minutes");
    assertThat(Notice.text(Duration.ofDays(1))).isEqualTo("1d");
    assertThat(Notice.text(Duration.ofHours(36))).isEqualTo("36h");
    assertThat(Notice.text(Duration.ofMinutes(90))).isEqualTo("90m");
  }

  @Test
  void refusesIdsThatCouldEndAHeader() {
    assertThatThrownBy(() -> Notices.server("notice-1\r\nX: y"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
