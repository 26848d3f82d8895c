package org.certctl.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;

/// Shows how far the fleet is: a bar that moves on a terminal, else a line for each quarter.
final class ProgressDisplay {

  private static final int BAR_WIDTH = 40;
  private static final int QUARTERS = 4;

  /// Whether what does not fit into the line goes on in the next one (DECAWM); if it did, a narrow
  /// terminal would fill with bars.
  private static final String WRAP_OFF = "\033[?7l";

  private static final String WRAP_ON = "\033[?7h";
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintWriter out;
  private final boolean moving;
  private final int total;
  private final long startNanos;
  private int quarters;

  /// @param moving whether a line can be written over
  /// @param startNanos when the first was begun, as `System.nanoTime`
  ProgressDisplay(PrintWriter out, boolean moving, int total, long startNanos) {
    this.out = out;
    this.moving = moving;
    this.total = total;
    this.startNanos = startNanos;
  }

  /// Shows that so many are done.
  void show(int done) {
    show(done, System.nanoTime());
  }

  void show(int done, long nowNanos) {
    double seconds = Math.max(1, nowNanos - startNanos) / NANOS_PER_SECOND;
    if (moving) {
      out.print('\r' + WRAP_OFF + line(done, done / seconds) + WRAP_ON);
      if (done >= total) {
        out.println();
      }
    } else if (done * QUARTERS / total > quarters) {
      quarters = done * QUARTERS / total;
      out.println("  " + done + " of " + total);
    }
    out.flush();
  }

  /// The numbers first: they fit anywhere.
  private String line(int done, double perSecond) {
    int filled = done * BAR_WIDTH / total;
    return String.format(
            Locale.ROOT, "%3d %%  %d/%d  %,6.0f/s  [", done * 100 / total, done, total, perSecond)
        + "#".repeat(filled)
        + ".".repeat(BAR_WIDTH - filled)
        + "]";
  }
}
