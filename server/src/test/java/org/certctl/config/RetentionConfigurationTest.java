package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.certctl.retention.RetentionRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The options that say how long records are kept.
final class RetentionConfigurationTest extends ConfigurationFixture {

  @Test
  void mapsBothOptions() {
    variables.put("CERTCTL_RETENTION_ENROLLMENTS", "90d");
    variables.put("CERTCTL_RETENTION_CERTIFICATES", "400d");

    assertThat(usable().configuration().retention())
        .isEqualTo(
            new RetentionRules(
                Optional.of(Duration.ofDays(90)), Optional.of(Duration.ofDays(400))));
  }

  @ParameterizedTest
  @CsvSource({"CERTCTL_RETENTION_ENROLLMENTS,6d", "CERTCTL_RETENTION_CERTIFICATES,29d"})
  void refusesToRemoveWhatIsNeeded(String key, String value) {
    variables.put(key, value);

    assertProblem(key, "out of range", "d to");
  }

  @Test
  void refusesToRemoveWhatMayStillBeRenewed() {
    enableScep("wifi,lan");
    profile("WIFI", CHALLENGE);
    profile("LAN", CHALLENGE + "2");
    variables.put("CERTCTL_SCEP_PROFILE_LAN_RENEWAL_GRACE", "60d");
    variables.put("CERTCTL_RETENTION_CERTIFICATES", "60d");

    assertProblem("CERTCTL_RETENTION_CERTIFICATES", "profile lan", "longer");
  }
}
