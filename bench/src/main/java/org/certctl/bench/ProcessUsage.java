package org.certctl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a process of this Linux machine has used so far.
///
/// @param cpuSeconds in user and kernel mode
/// @param compilerCpuSeconds of it, the threads that compile Java methods
/// @param peakResidentMegabytes `VmHWM`
record ProcessUsage(double cpuSeconds, double compilerCpuSeconds, double peakResidentMegabytes) {

  /// The kernel counts processor time in hundredths of a second for `/proc`, on every architecture.
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 11;
  private static final int STIME = 12;

  /// Reads `/proc`.
  static ProcessUsage of(long pid) throws IOException {
    var directory = Path.of("/proc", Long.toString(pid));
    return new ProcessUsage(
        cpuSeconds(Files.readString(directory.resolve("stat"))),
        compilerCpuSeconds(directory.resolve("task")),
        peak(directory.resolve("status")));
  }

  /// The sum over processes and all that descend from them; of processes that have ended meanwhile,
  /// nothing is known.
  static ProcessUsage ofTrees(List<Long> pids) throws IOException {
    var sum = new ProcessUsage(0, 0, 0);
    for (var pid : pids) {
      var handle = ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid));
      var tree = Stream.concat(Stream.of(handle), handle.descendants()).toList();
      for (var process : tree) {
        try {
          sum = sum.plus(of(process.pid()));
        } catch (NoSuchFileException ended) {
          // A backend that was let go.
        }
      }
    }
    return sum;
  }

  private ProcessUsage plus(ProcessUsage other) {
    return new ProcessUsage(
        cpuSeconds + other.cpuSeconds,
        compilerCpuSeconds + other.compilerCpuSeconds,
        peakResidentMegabytes + other.peakResidentMegabytes);
  }

  /// What was used from then to now; the peak is the latest.
  ProcessUsage since(ProcessUsage earlier) {
    return new ProcessUsage(
        cpuSeconds - earlier.cpuSeconds,
        compilerCpuSeconds - earlier.compilerCpuSeconds,
        peakResidentMegabytes);
  }

  private static double compilerCpuSeconds(Path tasks) throws IOException {
    var seconds = 0.0;
    try (var all = Files.list(tasks)) {
      for (var task : all.toList()) {
        try {
          var stat = Files.readString(task.resolve("stat"));
          if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
            seconds += cpuSeconds(stat);
          }
        } catch (NoSuchFileException ended) {
          // A thread that ended in between.
        }
      }
    }
    return seconds;
  }

  /// The fields behind the name, which stands in brackets and may hold anything.
  private static double cpuSeconds(String stat) {
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
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
