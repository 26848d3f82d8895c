package org.certctl.bench;

import java.io.PrintStream;
import java.util.Locale;

/// The table of a run.
final class LoadReport {

  private static final String HEAD =
      " | connections | enrollments | failures | per second | share of bound | p50 ms | p99 ms"
          + " | server CPU s | of it compiling | generator CPU s | server ms each | server peak RSS MB"
          + " |";
  private static final String RULE =
      "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

  private final PrintStream out;
  private final String what;
  private final double bound;

  /// @param what the series differ in
  /// @param bound enrollments per second that the RSA operations alone would allow
  LoadReport(PrintStream out, String what, double bound) {
    this.out = out;
    this.what = what;
    this.bound = bound;
  }

  void head() {
    out.println("| " + what + HEAD);
    out.println(RULE);
  }

  void row(String name, LoadSeries.Outcome outcome, ProcessUsage server, ProcessUsage generator) {
    out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %d | %.0f | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f | %.2f | %.0f |%n",
        name,
        outcome.connections(),
        outcome.replies(),
        outcome.failures(),
        outcome.perSecond(),
        outcome.perSecond() / bound,
        outcome.latencyMillis(0.50),
        outcome.latencyMillis(0.99),
        server.cpuSeconds(),
        server.compilerCpuSeconds(),
        generator.cpuSeconds(),
        1000 * server.cpuSeconds() / outcome.replies(),
        server.peakResidentMegabytes());
    if (outcome.failures() > 0) {
      out.println("first failure: " + outcome.firstFailure());
    }
  }
}
