package org.certctl.store;

import java.util.List;
import java.util.Optional;

/// A table as a database describes it.
///
/// @param name its name
/// @param columns all of them, in their order in the table
/// @param key the names of the columns of its primary key, in their order there
/// @param numbered the column whose values the database gives, if there is one
public record TableShape(
    String name, List<Column> columns, List<String> key, Optional<String> numbered) {

  /// One column.
  ///
  /// @param type the type's name in the database
  public record Column(String name, String type) {}

  /// Takes copies of the lists.
  public TableShape {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /// The names of its columns.
  public List<String> columnNames() {
    return columns.stream().map(Column::name).toList();
  }

  /// The same without all columns but these.
  public TableShape with(List<String> names) {
    return new TableShape(
        name,
        columns.stream().filter(column -> names.contains(column.name())).toList(),
        key,
        numbered);
  }

  /// The columns of the key that hold text, which databases order in more than one way.
  public boolean isText(String column) {
    return columns.stream().anyMatch(one -> one.name().equals(column) && one.type().equals("text"));
  }

  /// A name as it stands in a statement.
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /// Names as they stand in a statement.
  public static String quoted(List<String> names) {
    return String.join(", ", names.stream().map(TableShape::quoted).toList());
  }
}
