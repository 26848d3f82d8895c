package org.certctl.store.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.store.AuditPartitions;
import org.certctl.store.Statements;
import org.certctl.store.StoreOpenException;
import org.certctl.store.TableRows;
import org.certctl.store.TableShape;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/// A database without records that takes those of another store, in one transaction: they come all
/// or not at all. Until then, and when it is broken off, no server starts on it.
public final class PostgresTarget implements AutoCloseable {

  private static final String HISTORY = "schema_history";

  /// Those that the migrations fill.
  private static final Set<String> SEEDED = Set.of("audit_sealer");

  /// One for the copy; migrations need more than one at a time.
  private static final int CONNECTIONS = 3;

  private static final int FETCH_ROWS = 2_000;
  private static final Duration SILENCE = Duration.ofHours(6);

  private final HikariDataSource pool;
  private final Connection connection;
  private final List<TableShape> tables;

  private PostgresTarget(HikariDataSource pool, Connection connection) throws SQLException {
    this.pool = pool;
    this.connection = connection;
    this.tables = shapes(connection);
  }

  /// Connects, makes the schema when there is none, and marks the database as one that waits for
  /// the records of this source.
  ///
  /// @param source what the records come from, in words for the operator
  /// @throws StoreOpenException when the database cannot be reached, has records, or a newer
  ///   program wrote it
  public static PostgresTarget begin(PostgresConfig config, String source)
      throws StoreOpenException {
    HikariDataSource pool =
        PostgresPool.open(config.withMaxConnections(CONNECTIONS), Duration.ZERO);
    boolean begun = false;
    try {
      PostgresMigrations.migrate(pool, config);
      PostgresTarget target = new PostgresTarget(pool, patient(pool.getConnection()));
      target.requireEmpty(config);
      UnfinishedCopy.begin(target.connection, source);
      target.connection.commit();
      target.requireEmpty(config);
      begun = true;
      return target;
    } catch (SQLException e) {
      throw PostgresHints.explained(config + " cannot take the records", e, config);
    } finally {
      if (!begun) {
        pool.close();
      }
    }
  }

  /// One transaction that may work for hours.
  private static Connection patient(Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(SILENCE.toMillis()));
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = 0");
      statement.execute("SET idle_in_transaction_session_timeout = 0");
    }
    connection.commit();
    return connection;
  }

  /// Keeps all others from writing until the transaction ends, and looks for rows.
  private void requireEmpty(PostgresConfig config) throws SQLException, StoreOpenException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          "LOCK TABLE %s IN EXCLUSIVE MODE"
              .formatted(TableShape.quoted(tables.stream().map(TableShape::name).toList())));
      for (TableShape table : tables) {
        if (SEEDED.contains(table.name())) {
          continue;
        }
        try (ResultSet row =
            statement.executeQuery(
                "SELECT 1 FROM " + TableShape.quoted(table.name()) + " LIMIT 1")) {
          if (row.next()) {
            throw new StoreOpenException(
                "%s is not empty: there are rows in %s; name a database without records"
                    .formatted(config, table.name()));
          }
        }
      }
    }
  }

  /// Its tables, each after those that it refers to.
  public List<TableShape> tables() {
    return tables;
  }

  /// The table of this name.
  ///
  /// @throws IllegalStateException when there is none
  public TableShape table(String name) {
    return tables.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no table " + name));
  }

  private static List<TableShape> shapes(Connection connection) throws SQLException {
    Map<String, List<String>> references =
        lists(
            connection,
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
                + " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace");
    Map<String, List<String>> keys =
        lists(
            connection,
            "SELECT i.indrelid::regclass::text, a.attname FROM pg_index i"
                + " JOIN pg_class c ON c.oid = i.indrelid"
                + " JOIN unnest(i.indkey) WITH ORDINALITY k(number, place) ON true"
                + " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
                + " WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace"
                + " ORDER BY 1, k.place");
    List<TableShape> waiting = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT t.table_name, c.column_name, c.data_type, c.is_identity"
                    + " FROM information_schema.tables t"
                    + " JOIN information_schema.columns c USING (table_schema, table_name)"
                    + " JOIN pg_class p ON p.relname = t.table_name"
                    + " AND p.relnamespace = current_schema()::regnamespace"
                    + " WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
                    + " AND NOT p.relispartition"
                    + " ORDER BY t.table_name, c.ordinal_position")) {
      String name = "";
      List<TableShape.Column> columns = new ArrayList<>();
      Optional<String> numbered = Optional.empty();
      while (rows.next()) {
        if (!rows.getString(1).equals(name)) {
          add(waiting, name, columns, keys, numbered);
          name = rows.getString(1);
          columns = new ArrayList<>();
          numbered = Optional.empty();
        }
        columns.add(new TableShape.Column(rows.getString(2), rows.getString(3)));
        if (rows.getString(4).equals("YES")) {
          numbered = Optional.of(rows.getString(2));
        }
      }
      add(waiting, name, columns, keys, numbered);
    }
    return inOrder(waiting, references);
  }

  private static void add(
      List<TableShape> shapes,
      String name,
      List<TableShape.Column> columns,
      Map<String, List<String>> keys,
      Optional<String> numbered) {
    if (!Set.of("", HISTORY, UnfinishedCopy.TABLE).contains(name)) {
      shapes.add(new TableShape(name, columns, keys.getOrDefault(name, List.of()), numbered));
    }
  }

  private static List<TableShape> inOrder(
      List<TableShape> waiting, Map<String, List<String>> references) {
    List<TableShape> ordered = new ArrayList<>();
    Set<String> placed = new HashSet<>();
    while (!waiting.isEmpty()) {
      List<TableShape> ready =
          waiting.stream()
              .filter(table -> placed.containsAll(references.getOrDefault(table.name(), List.of())))
              .toList();
      if (ready.isEmpty()) {
        throw new IllegalStateException("tables refer to each other in a circle: " + waiting);
      }
      ordered.addAll(ready);
      ready.forEach(table -> placed.add(table.name()));
      waiting.removeAll(ready);
    }
    return List.copyOf(ordered);
  }

  private static Map<String, List<String>> lists(Connection connection, String query)
      throws SQLException {
    Map<String, List<String>> lists = new HashMap<>();
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        lists.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>()).add(rows.getString(2));
      }
    }
    return lists;
  }

  /// Where rows are put.
  @FunctionalInterface
  public interface Sink {

    /// Puts one, with a value for each column.
    void add(List<@Nullable Object> row) throws SQLException;
  }

  /// Puts rows somewhere.
  @FunctionalInterface
  public interface Filling {

    /// Puts them.
    void into(Sink sink) throws SQLException;
  }

  /// Fills the columns of a table; a column that the shape does not have gets its default.
  public void fill(TableShape table, Filling filling) throws SQLException {
    try (CopyStream stream = new CopyStream(connection, table)) {
      filling.into(stream::add);
      stream.finish();
    }
  }

  /// Sees to it that there are partitions for events of the audit trail up to this one.
  ///
  /// @param last its sequence number; the table has no events yet
  public void makeRoomForEvents(long last) throws SQLException {
    AuditPartitions.makeFor(new Statements(connection, SQLDialect.POSTGRES), last);
  }

  /// Sees to it that the numbers given to rows from now on are greater than this one.
  public void numberAfter(TableShape table, long last) throws SQLException {
    if (last < 1 || table.numbered().isEmpty()) {
      return;
    }
    try (var set = connection.prepareStatement("SELECT setval(pg_get_serial_sequence(?, ?), ?)")) {
      set.setString(1, TableShape.quoted(table.name()));
      set.setString(2, table.numbered().get());
      set.setLong(3, last);
      set.executeQuery().close();
    }
  }

  /// All rows of a table, or of a view with the same columns, in the order of the table's key.
  public TableRows rows(TableShape table, String from) throws SQLException {
    List<String> order =
        table.key().stream()
            .map(name -> TableShape.quoted(name) + (table.isText(name) ? " COLLATE \"C\"" : ""))
            .toList();
    PreparedStatement select =
        connection.prepareStatement(
            "SELECT %s FROM %s ORDER BY %s"
                .formatted(
                    TableShape.quoted(table.columnNames()),
                    TableShape.quoted(from),
                    String.join(", ", order)));
    select.setFetchSize(FETCH_ROWS);
    return new TableRows(select);
  }

  /// Ends the transaction: when this returns, the records are on disk and a server may start.
  public void finish() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }
    UnfinishedCopy.end(connection);
    connection.commit();
  }

  /// Disconnects; without {@link #finish} none of the records stay.
  @Override
  public void close() {
    pool.close();
  }
}
