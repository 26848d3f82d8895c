package org.certctl.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tables and views of a database as far as nodes of another version depend on them.
///
/// @param columns all columns, by table and name
/// @param rules what rows must comply with beyond that, by table and text
record SchemaRecord(List<Column> columns, List<Rule> rules) {

  private static final String COLUMNS =
      """
      SELECT c.relname, a.attname,
        format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE "' || l.collname || '"', ''),
        CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE 'NULL' END,
        CASE WHEN a.attidentity <> '' THEN 'identity ' || CAST(a.attidentity AS text)
          WHEN a.attgenerated <> '' THEN 'generated ' || pg_get_expr(d.adbin, d.adrelid)
          WHEN d.oid IS NOT NULL THEN 'default ' || pg_get_expr(d.adbin, d.adrelid)
          ELSE 'none' END
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      LEFT JOIN pg_collation l ON l.oid = a.attcollation AND l.collname <> 'default'
      WHERE c.relnamespace = CAST(current_schema() AS regnamespace)
        AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND c.relname <> 'schema_history'
      ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"
      """;

  private static final String RULES =
      """
      SELECT * FROM (
        SELECT c.relname AS name, k.definition AS definition
        FROM pg_class c
        JOIN (
          SELECT conrelid AS owner, pg_get_constraintdef(oid) AS definition
          FROM pg_constraint WHERE contype IN ('c', 'f', 'p', 'u', 'x')
          UNION ALL
          SELECT indrelid, regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', 'UNIQUE INDEX ')
          FROM pg_index i WHERE indisunique
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
          UNION ALL
          SELECT tgrelid, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        ) k ON k.owner = c.oid
        WHERE c.relnamespace = CAST(current_schema() AS regnamespace)
          AND NOT c.relispartition AND c.relname <> 'schema_history'
      ) r
      ORDER BY name COLLATE "C", definition COLLATE "C"
      """;

  private static final Pattern REFERENCE = Pattern.compile("FOREIGN KEY .* REFERENCES (\\w+)\\(.*");

  /// A column of a table or view.
  ///
  /// @param type with its collation
  /// @param need `NOT NULL` or `NULL`
  /// @param value where it has its value from when a statement names none: `none`, or a text that
  ///   begins with `default`, `identity` or `generated`
  record Column(String table, String name, String type, String need, String value) {

    private String path() {
      return table + "." + name;
    }

    private boolean mustBeGiven() {
      return need.equals("NOT NULL") && value.equals("none");
    }
  }

  /// A constraint, a unique index or a trigger.
  ///
  /// @param definition as PostgreSQL writes it
  record Rule(String table, String definition) {

    /// Whether nodes rely on it when they race each other.
    private boolean decidesRaces() {
      return definition.startsWith("PRIMARY KEY")
          || definition.startsWith("UNIQUE")
          || definition.startsWith("EXCLUDE");
    }

    /// The table from which rows cannot be deleted because of this.
    private Optional<String> holds() {
      Matcher reference = REFERENCE.matcher(definition);
      return reference.matches() && !definition.contains("ON DELETE CASCADE")
          ? Optional.of(reference.group(1))
          : Optional.empty();
    }
  }

  SchemaRecord {
    columns = List.copyOf(columns);
    rules = List.copyOf(rules);
  }

  /// That of this database.
  static SchemaRecord of(Connection connection) throws SQLException {
    List<Column> columns = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    try (var statement = connection.createStatement()) {
      try (var row = statement.executeQuery(COLUMNS)) {
        while (row.next()) {
          columns.add(
              new Column(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5)));
        }
      }
      try (var row = statement.executeQuery(RULES)) {
        while (row.next()) {
          rules.add(new Rule(row.getString(1), row.getString(2)));
        }
      }
    }
    return new SchemaRecord(columns, rules);
  }

  /// One that was written as {@link #lines}.
  static SchemaRecord parse(List<String> lines) {
    List<Column> columns = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    for (String line : lines) {
      List<String> fields = Arrays.asList(line.split("\t", -1));
      switch (fields.size()) {
        case 5 ->
            columns.add(
                new Column(
                    fields.get(0), fields.get(1), fields.get(2), fields.get(3), fields.get(4)));
        case 2 -> rules.add(new Rule(fields.get(0), fields.get(1)));
        default -> throw new IllegalArgumentException("neither a column nor a rule: " + line);
      }
    }
    return new SchemaRecord(columns, rules);
  }

  /// A line for each column and each rule, its parts separated by tabs.
  List<String> lines() {
    return Stream.concat(
            columns.stream()
                .map(one -> Stream.of(one.table, one.name, one.type, one.need, one.value)),
            rules.stream().map(one -> Stream.of(one.table, one.definition)))
        .map(fields -> fields.collect(Collectors.joining("\t")))
        .toList();
  }

  /// The names of tables and views.
  Set<String> tables() {
    return columns.stream().map(Column::table).collect(Collectors.toCollection(TreeSet::new));
  }

  /// What in a newer schema can hinder a node that knows this one: a line for each.
  List<String> hindrancesIn(SchemaRecord newer) {
    var now = newer.columns.stream().collect(Collectors.toMap(Column::path, Function.identity()));
    List<String> found = new ArrayList<>();
    for (Column old : columns) {
      Optional.ofNullable(now.remove(old.path()))
          .ifPresentOrElse(
              column -> found.addAll(changes(old, column)), () -> found.add("gone: " + old.path()));
    }
    Set<String> tables = tables();
    now.values().stream()
        .filter(column -> tables.contains(column.table) && column.mustBeGiven())
        .map(column -> "new, not null and without a default: " + column.path())
        .sorted()
        .forEach(found::add);
    for (Rule rule : rules) {
      if (rule.decidesRaces() && !newer.rules.contains(rule)) {
        found.add("gone: " + rule.table + ": " + rule.definition);
      }
    }
    for (Rule rule : newer.rules) {
      boolean concerns =
          tables.contains(rule.table) || rule.holds().filter(tables::contains).isPresent();
      if (concerns && !rules.contains(rule)) {
        found.add("new rule: " + rule.table + ": " + rule.definition);
      }
    }
    return found;
  }

  private static List<String> changes(Column old, Column now) {
    List<String> found = new ArrayList<>();
    if (!old.type.equals(now.type)) {
      found.add("of another type: %s, %s, was %s".formatted(old.path(), now.type, old.type));
    }
    if (!old.need.equals(now.need)) {
      // Old nodes may write none, or may not expect to read none.
      found.add("now %s: %s".formatted(now.need, old.path()));
    }
    if (!old.value.equals(now.value)) {
      found.add("of another value: %s, %s, was %s".formatted(old.path(), now.value, old.value));
    }
    return found;
  }
}
