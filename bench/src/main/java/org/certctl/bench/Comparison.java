package org.certctl.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What enrollments with one kind of challenge cost against those with another, by the medians of
/// rounds that took turns.
final class Comparison {

  private record Cell(int connections, String kind) {}

  private record Round(double perSecond, double serverMillisEach) {}

  private final Map<Cell, List<Round>> rounds = new LinkedHashMap<>();

  void add(String kind, LoadSeries.Outcome outcome, ProcessUsage server) {
    rounds
        .computeIfAbsent(new Cell(outcome.connections(), kind), _ -> new ArrayList<>())
        .add(new Round(outcome.perSecond(), 1000 * server.cpuSeconds() / outcome.replies()));
  }

  /// A line for each number of connections and each kind that is not the base.
  void print(PrintStream out, String base) {
    rounds.forEach(
        (cell, measured) -> {
          var against = rounds.get(new Cell(cell.connections(), base));
          if (against != null && !cell.kind().equals(base)) {
            out.printf(
                Locale.ROOT,
                "%d connections, medians of %d: %s against %s: server CPU each %+.1f %%, rate"
                    + " %+.1f %%%n",
                cell.connections(),
                measured.size(),
                cell.kind(),
                base,
                change(median(measured, true), median(against, true)),
                change(median(measured, false), median(against, false)));
          }
        });
  }

  private static double change(double value, double base) {
    return 100 * (value / base - 1);
  }

  private static double median(List<Round> rounds, boolean cost) {
    var sorted =
        rounds.stream()
            .mapToDouble(round -> cost ? round.serverMillisEach() : round.perSecond())
            .sorted()
            .toArray();
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
