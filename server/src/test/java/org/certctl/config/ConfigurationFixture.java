package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.certctl.config.ConfigurationResult.Refused;
import org.certctl.config.ConfigurationResult.Usable;
import org.certctl.keys.CryptoProviders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Reads configurations of a data directory with the least that one needs.
abstract class ConfigurationFixture {

  static final String CHALLENGE = "Xq7-very-secret";

  final ConfigurationLoader loader =
      new ConfigurationLoader(
          CryptoProviders.detect(),
          Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));
  final Map<String, String> variables = new HashMap<>();

  @TempDir Path directory;

  @BeforeEach
  void setRequired() {
    variables.put("CERTCTL_SERVER_TLS_CERT_PATH", "tls.crt");
    variables.put("CERTCTL_SERVER_TLS_KEY_PATH", "tls.key");
    variables.put("PATH", "/bin");
  }

  final void enableScep(String profiles) {
    variables.put("CERTCTL_SCEP_ENABLED", "true");
    variables.put("CERTCTL_SCEP_PROFILES", profiles);
    variables.put("CERTCTL_CA_CERT_PATH", "ca.crt");
    variables.put("CERTCTL_CA_KEY_PATH", "ca.key");
  }

  final void profile(String name, String challenge) {
    String prefix = "CERTCTL_SCEP_PROFILE_" + name + "_";
    variables.put(prefix + "ISSUER_ID", "iss-local");
    variables.put(prefix + "CHALLENGE_PASSWORD", challenge);
    variables.put(prefix + "RA_CERT_PATH", name + ".crt");
    variables.put(prefix + "RA_KEY_PATH", name + ".key");
  }

  final void writeFile(String text) throws IOException {
    Path file = directory.resolve("certctl.env");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  final Usable usable() {
    ConfigurationResult result = result();
    assertThat(result).isInstanceOf(Usable.class);
    return (Usable) result;
  }

  final Refused refused() {
    ConfigurationResult result = result();
    assertThat(result).isInstanceOf(Refused.class);
    return (Refused) result;
  }

  final ConfigurationResult result() {
    return loader.readOptions(Environment.of(variables), Optional.of(directory));
  }

  final void assertProblem(String key, String reason, String hint) {
    assertThat(refused().problems())
        .filteredOn(problem -> problem.key().equals(key))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.isError()).isTrue();
              assertThat(problem.reason()).contains(reason);
              assertThat(problem.hint()).contains(hint);
            });
  }
}
