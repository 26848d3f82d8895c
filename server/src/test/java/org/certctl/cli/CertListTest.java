package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.certctl.config.Environment;
import org.certctl.enroll.Intent;
import org.certctl.keys.CryptoProviders;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cert list` with its filters.
class CertListTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void issueThree() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    try (SqliteStore store =
        SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none())) {
      for (String name : List.of("a", "ab", "b")) {
        Intent intent = intent(name);
        store.enrollments().intend(intent, false, List.of());
        store.enrollments().record(intent.id(), certificate(name), List.of());
      }
    }
  }

  private int list(String... arguments) {
    List<String> all = new ArrayList<>(List.of("cert", "list"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    CommandContext context =
        new CommandContext(
            Environment.of(Map.of()),
            CryptoProviders.detect(),
            CLOCK,
            new SecureRandom(),
            new PrintWriter(out),
            new PrintWriter(err),
            "test");
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data-dir", data.toString()));
    return new CertctlCommandLine(
            context,
            List.of(
                new CertCommand(
                    context,
                    RecordsCommandsTest::open,
                    configuration -> {
                      throw new AssertionError("nothing here writes");
                    })))
        .run(all.toArray(String[]::new));
  }

  private List<String> found(String... arguments) {
    assertThat(list(arguments)).as(err.toString()).isZero();
    return out.toString()
        .lines()
        .skip(1)
        .filter(line -> !line.startsWith("For more"))
        .map(line -> line.substring(line.indexOf("CN=") + 3))
        .toList();
  }

  @Test
  void takesEveryFilter() {
    String serial = serial("ab").hex().toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
    assertThat(found("--serial", serial)).containsExactly("ab");
    assertThat(found("--fingerprint", certificate("ab").fingerprint().hex())).containsExactly("ab");
    assertThat(found("--subject", "CN=A")).containsExactly("a");
    assertThat(found("--subject", "A*")).containsExactly("a", "ab");
    assertThat(found("--name", "dns:AB.example")).containsExactly("ab");
    assertThat(found("--device", "device-ab")).containsExactly("ab");
    assertThat(found("--transaction", "ab")).containsExactly("ab");
    assertThat(found("--state", "valid")).containsExactly("a", "ab", "b");
    assertThat(found("--state", "Revoked")).isEmpty();
    assertThat(found("--expires-before", "31d", "--expires-after", "29d")).hasSize(3);
    assertThat(found("--expires-before", "2026-03-30")).isEmpty();
    assertThat(found("--endpoint", "default", "--issuer", "iss-local"))
        .containsExactly("b", "ab", "a");
    assertThat(found("--endpoint", "default", "--device", "device-b")).containsExactly("b");
    assertThat(found("--issuer", "other")).isEmpty();
  }

  @Test
  void saysHowToGoOn() {
    for (List<String> filter :
        List.of(List.<String>of(), List.of("--subject", "a*"), List.of("--state", "valid"))) {
      List<String> arguments = new ArrayList<>(filter);
      List<String> all = found(arguments.toArray(String[]::new));
      assertThat(out.toString()).doesNotContain("--after");

      arguments.addAll(List.of("--limit", "1"));
      assertThat(found(arguments.toArray(String[]::new))).isEqualTo(all.subList(0, 1));
      var cursor = Pattern.compile("--after (\\S+)").matcher(out.toString());
      assertThat(cursor.find()).isTrue();
      arguments.addAll(List.of("--after", cursor.group(1)));
      assertThat(found(arguments.toArray(String[]::new))).isEqualTo(all.subList(1, 2));

      arguments.add("--json");
      assertThat(list(arguments.toArray(String[]::new))).isZero();
      assertThat(out.toString().lines())
          .hasSize(1)
          .allMatch(line -> line.contains("\"cursor\":\""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--serial|xyz|--serial must be a whole serial number",
        "--serial|0|--serial must be a whole serial number",
        "--fingerprint|00ff|--fingerprint must be the 64",
        "--subject|*|--subject must have something before the *",
        "--subject|' '|--subject must not be empty",
        "--name|''|--name must not be empty",
        "--state|good|--state must be one of valid, held, revoked, expired",
        "--expires-after|soon|--expires-after must be like 2026-03-01",
        "--expires-before|2026-02-30|--expires-before must be like 2026-03-01",
        "--limit|0|--limit must be at least 1",
        "--after|x|--after must be what the same command",
        "--after|e7.5|--after must be what the same command"
      })
  void explainsWrongUsage(String option, String value, String hint) {
    assertThat(list(option, value)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(hint);
  }
}
