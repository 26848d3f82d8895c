package org.certctl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.observe.CertificateExpiries.Urgency;
import org.certctl.observe.CertificateExpiries.Watched;
import org.junit.jupiter.api.Test;

class CertificateExpiriesTest {

  private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
  private static final Watched RA = new Watched("ra", "laptops", END, Duration.ofDays(30));

  @Test
  void warnsFromThirtyDaysBeforeTheEndAndMoreUrgentlyFromSeven() {
    assertThat(at(END.minus(Duration.ofDays(30)).minusSeconds(1))).isEqualTo(Urgency.NONE);
    assertThat(at(END.minus(Duration.ofDays(30)))).isEqualTo(Urgency.SOON);
    assertThat(at(END.minus(Duration.ofDays(7)).minusSeconds(1))).isEqualTo(Urgency.SOON);
    assertThat(at(END.minus(Duration.ofDays(7)))).isEqualTo(Urgency.URGENT);
    assertThat(at(END)).isEqualTo(Urgency.URGENT);
    assertThat(at(END.plusSeconds(1))).isEqualTo(Urgency.EXPIRED);
  }

  @Test
  void showsHowLongEachLastsAndForgetsWhatIsNoLongerWatched() {
    var registry = new SimpleMeterRegistry();
    var expiries =
        new CertificateExpiries(registry, Clock.fixed(END.minusSeconds(5), ZoneOffset.UTC));
    expiries.watch(List.of(RA, new Watched("ca", "CN=ca", END.minusSeconds(9), Duration.ZERO)));
    assertThat(gauge(registry, "ra")).isEqualTo(5.0);
    assertThat(gauge(registry, "ca")).isEqualTo(-4.0);
    expiries.watch(List.of(new Watched("ra", "laptops", END.plusSeconds(5), Duration.ZERO)));
    assertThat(gauge(registry, "ra")).as("the renewed certificate").isEqualTo(10.0);
    assertThat(registry.find("certctl.certificate.expiry").gauges()).hasSize(1);
  }

  private static Urgency at(Instant now) {
    return CertificateExpiries.urgency(RA, now);
  }

  private static double gauge(SimpleMeterRegistry registry, String kind) {
    return registry.get("certctl.certificate.expiry").tag("kind", kind).gauge().value();
  }
}
