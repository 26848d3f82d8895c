package org.certctl.store.copy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.pki.Sha256;
import org.certctl.store.RowDigest;
import org.certctl.store.StoreOpenException;
import org.certctl.store.TableRows;
import org.certctl.store.TableShape;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresTarget;
import org.certctl.store.sqlite.SqliteSource;
import org.jspecify.annotations.Nullable;

/// Copies all records of a SQLite file into a PostgreSQL database that has none.
///
/// They come in one transaction, which is committed only when every table has been read back and
/// its rows are those of the file. Sequence numbers and blocks of the audit trail stay what they
/// are; events that no block holds yet go where the sealer of the database looks for them, and keep
/// their places.
public final class StoreCopy {

  private static final String AUDIT_EVENT = "audit_event";
  private static final String AUDIT_INBOX = "audit_inbox";
  private static final String AUDIT_TRAIL = "audit_trail";

  private final SqliteSource source;
  private final PostgresTarget target;

  private StoreCopy(SqliteSource source, PostgresTarget target) {
    this.source = source;
    this.target = target;
  }

  /// A table that both sides have alike.
  ///
  /// @param rows how many there are
  /// @param digest over them in the order of the key, as {@link RowDigest} makes it
  public record Table(String name, long rows, Sha256 digest) {}

  /// Copies.
  ///
  /// @param keys keys that nodes share and that the source has in files; they come in the same
  ///   transaction, and are not in the tables that are compared
  /// @return the tables
  /// @throws StoreOpenException when a server holds the file, there is none of this program's
  ///   version, or the database cannot be reached or has records
  /// @throws StoreUnavailableException when either side fails, or a table is not the same on both:
  ///   then the database has no records, and no server starts on it; a repeat begins anew
  public static List<Table> copy(Path from, List<SealedKey> keys, PostgresConfig to)
      throws StoreOpenException, StoreUnavailableException {
    try (SqliteSource source = SqliteSource.hold(from);
        PostgresTarget target = PostgresTarget.begin(to, from.toString())) {
      return new StoreCopy(source, target).copy(keys);
    } catch (SQLException | IllegalStateException e) {
      throw new StoreUnavailableException(
          "nothing was copied to %s: %s".formatted(to, e.getMessage()), e);
    }
  }

  private List<Table> copy(List<SealedKey> keys) throws SQLException {
    List<TableShape> shapes = shapes();
    List<Table> sent = new ArrayList<>();
    for (TableShape shape : shapes) {
      sent.add(send(shape));
    }
    for (int i = 0; i < shapes.size(); i++) {
      compare(shapes.get(i), sent.get(i));
    }
    addKeys(keys);
    target.finish();
    return List.copyOf(sent);
  }

  private void addKeys(List<SealedKey> keys) throws SQLException {
    TableShape shape =
        target
            .table("kept_key")
            .with(List.of("scope", "number", "certificate", "sealed_key", "announced_at_ms"));
    target.fill(
        shape,
        sink -> {
          for (SealedKey each : keys) {
            sink.add(
                Arrays.asList(
                    each.scope(),
                    each.number(),
                    each.certificate().octets(),
                    each.sealed().octets(),
                    each.announcedAt().map(Instant::toEpochMilli).orElse(null)));
          }
        });
  }

  /// The tables of the source as the target has them, with the columns that both have.
  private List<TableShape> shapes() throws SQLException {
    Map<String, List<String>> tables = source.tables();
    Set<String> unknown = new HashSet<>(tables.keySet());
    List<TableShape> shapes = new ArrayList<>();
    for (TableShape shape : target.tables()) {
      List<String> columns = tables.getOrDefault(shape.name(), List.of());
      if (!shape.columnNames().containsAll(columns)) {
        throw new IllegalStateException("columns are missing in " + shape.name());
      }
      if (unknown.remove(shape.name())) {
        shapes.add(shape.with(columns));
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalStateException("there is no table " + String.join(", ", unknown));
    }
    return shapes;
  }

  private Table send(TableShape shape) throws SQLException {
    RowDigest digest = new RowDigest(shape.columnNames());
    try (TableRows rows = source.rows(shape)) {
      if (shape.name().equals(AUDIT_EVENT)) {
        sendEvents(shape, rows, digest);
      } else {
        target.fill(shape, sink -> pass(rows, digest, _ -> true, sink));
      }
    }
    target.numberAfter(shape, source.lastNumber(shape.name()));
    return new Table(shape.name(), digest.count(), digest.finish());
  }

  /// What no block holds yet waits for the sealer, in the same order.
  private void sendEvents(TableShape shape, TableRows rows, RowDigest digest) throws SQLException {
    target.makeRoomForEvents(source.lastNumber(AUDIT_EVENT));
    long sealed = source.lastSealed();
    int sequence = shape.columnNames().indexOf("sequence");
    target.fill(
        shape,
        sink ->
            pass(rows, digest, row -> row.get(sequence) instanceof Long n && n <= sealed, sink));
    List<String> waiting = new ArrayList<>(shape.columnNames());
    waiting.remove(sequence);
    target.fill(
        target.table(AUDIT_INBOX).with(waiting),
        sink ->
            pass(
                rows,
                digest,
                _ -> true,
                row -> {
                  List<@Nullable Object> rest = new ArrayList<>(row);
                  rest.remove(sequence);
                  sink.add(rest);
                }));
  }

  /// Passes on rows for as long as they are so.
  private static void pass(
      TableRows rows,
      RowDigest digest,
      Predicate<List<@Nullable Object>> so,
      PostgresTarget.Sink sink)
      throws SQLException {
    for (var row = rows.current();
        row.isPresent() && so.test(row.get());
        rows.advance(), row = rows.current()) {
      digest.add(row.get());
      sink.add(row.get());
    }
  }

  private void compare(TableShape shape, Table sent) throws SQLException {
    RowDigest digest = new RowDigest(shape.columnNames());
    try (TableRows rows = readBack(shape)) {
      pass(rows, digest, _ -> true, _ -> {});
    }
    Sha256 found = digest.finish();
    if (digest.count() != sent.rows() || !found.equals(sent.digest())) {
      throw new IllegalStateException(
          "%s has %d rows with digest %s, and there are %d with digest %s in the copy; the first difference is at %s"
              .formatted(
                  shape.name(),
                  sent.rows(),
                  sent.digest(),
                  digest.count(),
                  found,
                  firstDifference(shape)));
    }
  }

  private TableRows readBack(TableShape shape) throws SQLException {
    return target.rows(shape, shape.name().equals(AUDIT_EVENT) ? AUDIT_TRAIL : shape.name());
  }

  /// The key of the first row that is not the same on both sides.
  private String firstDifference(TableShape shape) throws SQLException {
    try (TableRows ours = source.rows(shape);
        TableRows theirs = readBack(shape)) {
      while (ours.current().isPresent() && theirs.current().isPresent()) {
        if (!Arrays.deepEquals(ours.current().get().toArray(), theirs.current().get().toArray())) {
          break;
        }
        ours.advance();
        theirs.advance();
      }
      return ours.current().or(theirs::current).map(row -> key(shape, row)).orElse("the end");
    }
  }

  private static String key(TableShape shape, List<@Nullable Object> row) {
    List<String> parts = new ArrayList<>();
    for (String name : shape.key()) {
      Object value = row.get(shape.columnNames().indexOf(name));
      parts.add(
          name + " " + (value instanceof byte[] octets ? HexFormat.of().formatHex(octets) : value));
    }
    return String.join(", ", parts);
  }
}
