package org.certctl.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.certctl.store.Statements;
import org.jooq.SQLDialect;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Opens connections to one SQLite file with the settings that durability rests on.
final class SqliteConnections {

  private static final int BUSY_TIMEOUT_MILLIS = 5_000;
  private static final int WRITER_CACHE_KIB = 16_384;
  private static final int READER_CACHE_KIB = 2_048;
  private static final int CHECKPOINT_PAGES = 16_000;
  private static final int WAL_LIMIT_BYTES = 128 * 1024 * 1024;

  private final Path file;

  SqliteConnections(Path file) {
    this.file = file;
  }

  /// The driver's address of the file, with the settings that migrations need.
  String migrationUrl() {
    return url() + "?journal_mode=WAL&synchronous=FULL&busy_timeout=" + BUSY_TIMEOUT_MILLIS;
  }

  /// For a look at the file: neither creates it nor writes to it.
  Connection openPlain() throws SQLException {
    SQLiteConfig config = common();
    config.setReadOnly(true);
    return config.createConnection(url());
  }

  /// For a file that nobody else has open and that is to be taken elsewhere.
  Connection openToSettle() throws SQLException {
    SQLiteConfig config = common();
    config.setSynchronous(SynchronousMode.FULL);
    return config.createConnection(url());
  }

  /// For the writer, who begins and commits by itself: write-ahead log, an fsync with every commit.
  Statements openWriter() throws SQLException {
    SQLiteConfig config = common();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setCacheSize(-WRITER_CACHE_KIB);
    config.setJournalSizeLimit(WAL_LIMIT_BYTES);
    Connection connection = config.createConnection(url());
    try (var pragma = connection.createStatement()) {
      pragma.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return new Statements(connection, SQLDialect.SQLITE);
  }

  /// For readers: the file is opened read-only.
  Statements openReader() throws SQLException {
    SQLiteConfig config = common();
    config.setReadOnly(true);
    config.setCacheSize(-READER_CACHE_KIB);
    return new Statements(config.createConnection(url()), SQLDialect.SQLITE);
  }

  private static SQLiteConfig common() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    // To remove a certificate, whole tables would be searched for what refers to it (V17).
    config.enforceForeignKeys(false);
    config.setGetGeneratedKeys(false);
    return config;
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private String url() {
    return "jdbc:sqlite:" + file.toAbsolutePath();
  }
}
