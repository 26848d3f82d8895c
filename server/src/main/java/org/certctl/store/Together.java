package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Statements that need nothing of each other's results, so that an engine behind a network takes
/// them in one message and answers in one.
///
/// They run in their order, each seeing what the ones before did. Which of them had no effect shows
/// only when all have run.
final class Together {

  /// Fills the parameters of a statement.
  @FunctionalInterface
  interface Filling {
    void fill(Parameters parameters) throws SQLException;
  }

  /// Makes something of the rows that a statement found.
  @FunctionalInterface
  interface Reading<T> {
    T read(ResultSet rows) throws SQLException;
  }

  /// What comes of a statement once all were sent.
  abstract static sealed class Outcome<T> {
    private final String sql;
    private final Filling filling;
    private @Nullable T value;

    private Outcome(String sql, Filling filling) {
      this.sql = sql;
      this.filling = filling;
    }

    /// Runs the statement by itself.
    abstract T run(PreparedStatement statement) throws SQLException;

    /// What the statement has as its current result.
    abstract T current(PreparedStatement statement) throws SQLException;

    /// @throws IllegalStateException before the statements were sent
    T value() {
      if (value == null) {
        throw new IllegalStateException("not sent yet");
      }
      return value;
    }
  }

  private static final class Change extends Outcome<Integer> {
    Change(String sql, Filling filling) {
      super(sql, filling);
    }

    @Override
    Integer run(PreparedStatement statement) throws SQLException {
      return statement.executeUpdate();
    }

    @Override
    Integer current(PreparedStatement statement) throws SQLException {
      return statement.getUpdateCount();
    }
  }

  private static final class Find<T> extends Outcome<T> {
    private final Reading<T> reading;

    Find(String sql, Filling filling, Reading<T> reading) {
      super(sql, filling);
      this.reading = reading;
    }

    @Override
    T run(PreparedStatement statement) throws SQLException {
      try (ResultSet rows = statement.executeQuery()) {
        return reading.read(rows);
      }
    }

    @Override
    T current(PreparedStatement statement) throws SQLException {
      try (ResultSet rows = statement.getResultSet()) {
        return reading.read(rows);
      }
    }
  }

  private final Statements statements;
  private final List<Outcome<?>> parts = new ArrayList<>();

  Together(Statements statements) {
    this.statements = statements;
  }

  /// Adds a statement that changes rows; what comes of it is how many.
  Outcome<Integer> change(String sql, Filling filling) {
    return add(new Change(sql, filling));
  }

  /// Adds a statement that finds rows.
  <T> Outcome<T> find(String sql, Filling filling, Reading<T> reading) {
    return add(new Find<>(sql, filling, reading));
  }

  private <T> Outcome<T> add(Outcome<T> part) {
    parts.add(part);
    return part;
  }

  /// Runs all of them.
  void send() throws SQLException {
    if (statements.takesManyAtOnce()) {
      sendAtOnce();
    } else {
      for (Outcome<?> part : parts) {
        run(part);
      }
    }
  }

  private <T> void run(Outcome<T> part) throws SQLException {
    PreparedStatement statement = statements.prepared(part.sql);
    part.filling.fill(new Parameters(statement));
    part.value = part.run(statement);
  }

  private void sendAtOnce() throws SQLException {
    PreparedStatement statement =
        statements.prepared(parts.stream().map(part -> part.sql).collect(Collectors.joining(";")));
    Parameters parameters = new Parameters(statement);
    for (Outcome<?> part : parts) {
      part.filling.fill(parameters);
    }
    statement.execute();
    for (Outcome<?> part : parts) {
      take(part, statement);
      statement.getMoreResults();
    }
  }

  private static <T> void take(Outcome<T> part, PreparedStatement statement) throws SQLException {
    part.value = part.current(statement);
  }
}
