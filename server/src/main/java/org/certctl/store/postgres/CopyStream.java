package org.certctl.store.postgres;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.certctl.store.TableShape;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Rows on their way into a table by `COPY … (FORMAT binary)` (PostgreSQL, chapter COPY, "Binary
/// Format"), which takes the numbers of rows as they are given.
final class CopyStream implements AutoCloseable {

  private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', -1, '\r', '\n', 0};
  private static final int NO_FLAGS = 0;
  private static final int NO_EXTENSION = 0;
  private static final int NULL = -1;
  private static final int END = -1;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final CopyIn copy;
  private final TableShape table;
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
  private final DataOutputStream out = new DataOutputStream(chunk);

  /// Begins; until {@link #finish} or {@link #close} nothing else can be done on the connection.
  CopyStream(Connection connection, TableShape table) throws SQLException {
    this.table = table;
    copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s (%s) FROM STDIN (FORMAT binary)"
                    .formatted(
                        TableShape.quoted(table.name()), TableShape.quoted(table.columnNames())));
    try {
      out.write(SIGNATURE);
      out.writeInt(NO_FLAGS);
      out.writeInt(NO_EXTENSION);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
  }

  /// Sends a row with a value for each column.
  void add(List<@Nullable Object> row) throws SQLException {
    try {
      out.writeShort(row.size());
      for (int i = 0; i < row.size(); i++) {
        write(row.get(i), table.columns().get(i));
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    if (chunk.size() >= CHUNK_BYTES) {
      send();
    }
  }

  private void write(@Nullable Object value, TableShape.Column column) throws IOException {
    switch (value) {
      case null -> out.writeInt(NULL);
      case Long number when column.type().equals("bigint") -> {
        out.writeInt(Long.BYTES);
        out.writeLong(number);
      }
      case Long number when column.type().equals("integer") -> {
        out.writeInt(Integer.BYTES);
        out.writeInt(Math.toIntExact(number));
      }
      case String text when column.type().equals("text") ->
          write(text.getBytes(StandardCharsets.UTF_8));
      case byte[] octets when column.type().equals("bytea") -> write(octets);
      default ->
          throw new IllegalStateException(
              "%s.%s is %s and cannot take a %s"
                  .formatted(
                      table.name(),
                      column.name(),
                      column.type(),
                      value.getClass().getSimpleName()));
    }
  }

  private void write(byte[] octets) throws IOException {
    out.writeInt(octets.length);
    out.write(octets);
  }

  private void send() throws SQLException {
    byte[] octets = chunk.toByteArray();
    copy.writeToCopy(octets, 0, octets.length);
    chunk.reset();
  }

  /// Sends what is left; when this returns, the table has all rows.
  void finish() throws SQLException {
    try {
      out.writeShort(END);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    send();
    long _ = copy.endCopy();
  }

  /// Gives up, unless it has finished.
  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
