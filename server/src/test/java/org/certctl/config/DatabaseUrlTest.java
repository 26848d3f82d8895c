package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.certctl.config.DatabaseUrl.Postgres;
import org.certctl.secret.Secret;
import org.certctl.store.postgres.PostgresConfig.Server;
import org.certctl.store.postgres.PostgresConfig.TlsMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @ParameterizedTest
  @CsvSource({"sqlite:a.db,a.db", "sqlite:///x/a.db,/x/a.db", "sqlite:/x/a.db,/x/a.db"})
  void readsFiles(String text, String file) throws InvalidValueException {
    assertThat(DatabaseUrl.read(text)).isEqualTo(new DatabaseUrl.Sqlite(Path.of(file)));
  }

  @Test
  void readsEveryPartOfAPostgresUrl() throws InvalidValueException {
    Postgres url =
        (Postgres)
            DatabaseUrl.read(
                "postgresql://o%40p:p%2Fw+%25:x@one.example:6432,[::1],10.0.0.3/certs?sslmode=verify-ca");

    assertThat(url.user()).isEqualTo("o@p");
    assertThat(url.password().orElseThrow().matches(Secret.of("p/w+%:x"))).isTrue();
    assertThat(url.servers())
        .isEqualTo(
            List.of(
                new Server("one.example", 6432),
                new Server("::1", 5432),
                new Server("10.0.0.3", 5432)));
    assertThat(url.database()).isEqualTo("certs");
    assertThat(url.mode()).isEqualTo(TlsMode.VERIFY_CA);
    assertThat(url.toString())
        .isEqualTo(
            "postgres://o@p@one.example:6432,[::1]:5432,10.0.0.3:5432/certs?sslmode=verify-ca");
  }

  @ParameterizedTest
  @CsvSource({
    "db.example,VERIFY_FULL",
    "10.0.0.1,VERIFY_FULL",
    "localhost.example,VERIFY_FULL",
    "127.example,VERIFY_FULL",
    "127.0.0.1.example,VERIFY_FULL",
    "'localhost,db.example',VERIFY_FULL",
    "localhost,DISABLE",
    "127.0.0.1:5433,DISABLE",
    "[::1],DISABLE"
  })
  void protectsWhateverLeavesThisMachine(String host, TlsMode mode) throws InvalidValueException {
    Postgres url = (Postgres) DatabaseUrl.read("postgres://u@" + host + "/d");

    assertThat(url.mode()).isEqualTo(mode);
    assertThat(url.password()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sqlite:",
        "sqlite://",
        "sqlite://host/a",
        "a.db",
        "mysql://x",
        "sqlite:a?b=c",
        "postgres:u@h/d",
        "postgres://h/d",
        "postgres://@h/d",
        "postgres://u@/d",
        "postgres://u@h/",
        "postgres://u@h",
        "postgres://u@h:0/d",
        "postgres://u@h:x/d",
        "postgres://u@h:70000/d",
        "postgres://u@h,/d",
        "postgres://u@h h/d",
        "postgres://u@%2Fvar%2Frun%2Fpostgresql/d",
        "postgres://u@[::1/d",
        "postgres://u@h/d/e",
        "postgres://u:50%@h/d",
        "postgres://u@h/d?sslmode=prefer",
        "postgres://u@h/d?sslmode",
        "postgres://u@h/d?password=secret"
      })
  void refusesOthers(String text) {
    assertThatThrownBy(() -> DatabaseUrl.read(text)).isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://u:hunter2@h/d?x=y",
        "postgres:u:hunter2@h/d",
        "postgres://u:hunter2/@h/d",
        "postgresql://u:hun@ter2@h"
      })
  void aPasswordIsShownNowhere(String text) {
    Problem problem =
        Problem.error("CERTCTL_DATABASE_URL", java.util.Optional.of(text), "wrong", "mend it");

    assertThat(problem.text()).doesNotContain("hun").doesNotContain("ter2");
  }
}
