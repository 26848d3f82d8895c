package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Makes the record of the newest schema version, of which {@link RollingUpgradeTest} speaks, from
/// what other tests have sent to PostgreSQL.
@EnabledIfSystemProperty(named = "certctl.statements.record", matches = ".+")
class VersionRecorderTest {

  @Test
  void recordsTheNewestVersion() throws Exception {
    Path log = Path.of(System.getProperty("certctl.statements.record"));
    try (Connection connection = PostgresServer.connect(PostgresServer.freshDatabase())) {
      SchemaRecord schema = SchemaRecord.of(connection);
      List<String> statements = new ArrayList<>();
      for (String text : StatementRecord.gather(log, schema.tables())) {
        statements.add(StatementRecord.typed(connection, text));
      }

      assertThat(statements).as("statements in the logs of %s", log).isNotEmpty();
      new VersionRecord(statements, schema).save(PostgresMigrations.VERSION);
    }
  }
}
