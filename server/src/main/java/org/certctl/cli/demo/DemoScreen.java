package org.certctl.cli.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.certctl.pki.Names;

/// What a demonstration shows, in 80 columns.
final class DemoScreen {

  private static final double MILLIS_PER_SECOND = 1000;
  private static final double MEDIAN = 0.5;
  private static final double NEARLY_ALL = 0.99;

  private final PrintWriter out;

  DemoScreen(PrintWriter out) {
    this.out = out;
  }

  /// Where everything is.
  ///
  /// @param directory the data directory
  /// @param https the port of the main listener
  /// @param scep the port of plain SCEP
  /// @param management the port for metrics
  /// @param scepPath the path of the endpoint
  /// @param logFile where the server logs to
  record Places(
      DemoDirectory directory,
      FreePorts.Choice https,
      FreePorts.Choice scep,
      FreePorts.Choice management,
      String scepPath,
      Path logFile) {

    String scepUrl() {
      return "http://127.0.0.1:" + scep.number() + scepPath;
    }

    String metricsUrl() {
      return "http://127.0.0.1:" + management.number() + "/metrics";
    }
  }

  void showPlaces(Places places) {
    DemoDirectory directory = places.directory();
    String stay = directory.isReused() ? "there before, stays" : "stays";
    String fate = directory.isTemporary() ? "temporary, goes at the end" : stay;
    out.println("Data      " + directory.path() + " (" + fate + ")");
    out.println("SCEP      " + places.scepUrl() + taken(places.scep()));
    out.println(
        "HTTPS     https://127.0.0.1:"
            + places.https().number()
            + places.scepPath()
            + taken(places.https()));
    out.println("Metrics   " + places.metricsUrl() + taken(places.management()));
    out.println("Log       " + places.logFile());
    out.println();
    out.flush();
  }

  private static String taken(FreePorts.Choice choice) {
    return choice.isWanted() ? "" : "  (" + choice.wanted() + " is taken)";
  }

  void showFleet(FleetPlan plan, int concurrency) {
    String kinds =
        plan.kinds().entrySet().stream()
            .map(entry -> entry.getKey().counted(entry.getValue()))
            .collect(Collectors.joining(", "));
    out.println(
        "Enrolling " + plan.devices().size() + " devices, " + concurrency + " at a time: " + kinds);
    out.flush();
  }

  void showResult(FleetResult result) {
    out.println();
    out.printf(
        Locale.ROOT,
        "Issued    %d certificates in %.1f s: %.0f enrollments a second%n",
        result.issued(),
        result.duration().toMillis() / MILLIS_PER_SECOND,
        result.answeredPerSecond());
    out.printf(
        Locale.ROOT,
        "          half answered within %s, 99 %% within %s%n",
        millis(result.percentile(MEDIAN)),
        millis(result.percentile(NEARLY_ALL)));
    out.println("          (devices and server share this machine, and it has just started)");
    if (result.issuedAgain() > 0) {
      out.println(
          "          "
              + result.issuedAgain()
              + " lost the answer, asked again, and got the same certificate");
    }
    int refused = result.refusals().stream().mapToInt(FleetResult.Refusals::count).sum();
    if (refused > 0) {
      out.println("Refused   " + refused + ", as they should be");
      for (FleetResult.Refusals refusals : result.refusals()) {
        out.printf(
            Locale.ROOT,
            "   %6d  %-18s  %s%n",
            refusals.count(),
            Names.printable(refusals.reason()),
            refusals.behaviour().text());
      }
    }
    for (Map.Entry<String, Integer> failure : result.failures().entrySet()) {
      out.println("Failed    " + failure.getValue() + ": " + Names.printable(failure.getKey()));
    }
    out.println();
    out.flush();
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.0f ms", duration.toNanos() / 1e6);
  }

  /// What to try next, ready to paste.
  void showNext(Places places, String caFingerprint) {
    Path directory = places.directory().path();
    out.println("Look around from another terminal:");
    out.println("  certctl cert list --data-dir " + directory);
    out.println("  certctl audit list --data-dir " + directory);
    out.println("  certctl audit verify --data-dir " + directory);
    out.println("  certctl probe " + places.scepUrl());
    out.println("  curl -s " + places.metricsUrl() + " | grep certctl_");
    out.println();
    out.println("Enroll a device of your own:");
    out.println("  certctl enroll " + places.scepUrl() + " \\");
    out.println("    --challenge-file " + places.directory().challengeFile() + " \\");
    out.println("    --ca-fingerprint \\");
    out.println("      " + caFingerprint + " \\");
    out.println("    --subject CN=my-device --out my-device.pem");
    out.println();
    out.flush();
  }

  void showWaiting(DemoDirectory directory) {
    out.println(
        directory.isTemporary()
            ? "The server runs until Ctrl-C; then its data goes."
            : "The server runs until Ctrl-C. Later: certctl serve --data-dir " + directory.path());
    out.flush();
  }
}
