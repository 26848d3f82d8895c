package org.certctl.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.certctl.pki.Names;

/// Rows in columns as wide as their widest text; the last column is as long as it likes.
final class TextTable {

  private static final int MAX_COLUMN_CHARS = 48;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /// Adds a row with one text for each heading; control characters are replaced.
  void add(String... texts) {
    List<String> row = new ArrayList<>();
    for (String text : texts) {
      row.add(text.isEmpty() ? "-" : cut(Names.printable(text), row.size() == texts.length - 1));
    }
    rows.add(row);
  }

  private static String cut(String text, boolean last) {
    return last || text.length() <= MAX_COLUMN_CHARS
        ? text
        : text.substring(0, MAX_COLUMN_CHARS - 1) + "…";
  }

  void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns - 1; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      out.println(line.append(row.getLast()));
    }
  }
}
