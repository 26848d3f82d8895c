package org.certctl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process of this Linux machine has used so far.
///
/// @param cpuSeconds in user and kernel mode
/// @param peakResidentMegabytes `VmHWM`
record ProcessUsage(double cpuSeconds, double peakResidentMegabytes) {

  /// The kernel counts processor time in hundredths of a second for `/proc`, on every architecture.
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 11;
  private static final int STIME = 12;

  /// Reads `/proc`.
  static ProcessUsage of(long pid) throws IOException {
    var directory = Path.of("/proc", Long.toString(pid));
    var stat = Files.readString(directory.resolve("stat"));
    // The name, in brackets, may hold anything.
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    var ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    return new ProcessUsage(ticks / TICKS_PER_SECOND, peak(directory.resolve("status")));
  }

  private static double peak(Path status) throws IOException {
    for (var line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no VmHWM in " + status);
  }
}
