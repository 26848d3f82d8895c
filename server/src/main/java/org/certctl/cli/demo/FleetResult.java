package org.certctl.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What became of the fleet.
///
/// @param outcomes of each device
/// @param duration from the first request to the last answer
record FleetResult(List<DeviceOutcome> outcomes, Duration duration) {

  private static final double NANOS_PER_SECOND = 1e9;

  FleetResult {
    outcomes = List.copyOf(outcomes);
  }

  /// Why devices were refused.
  ///
  /// @param reason the server's word
  /// @param behaviour what the devices had done
  /// @param count how many they were
  record Refusals(String reason, Behaviour behaviour, int count) {}

  /// How many devices have a certificate.
  int issued() {
    return (int) outcomes.stream().filter(DeviceOutcome.Issued.class::isInstance).count();
  }

  /// How many of these asked twice and got the same certificate.
  int issuedAgain() {
    return (int)
        outcomes.stream()
            .filter(outcome -> outcome instanceof DeviceOutcome.Issued issued && issued.again())
            .count();
  }

  /// The refusals, the most frequent first.
  List<Refusals> refusals() {
    Map<Refusals, Integer> counts = new LinkedHashMap<>();
    for (DeviceOutcome outcome : outcomes) {
      if (outcome instanceof DeviceOutcome.Refused refused) {
        counts.merge(new Refusals(refused.reason(), refused.behaviour(), 0), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .map(
            entry ->
                new Refusals(entry.getKey().reason(), entry.getKey().behaviour(), entry.getValue()))
        .sorted(Comparator.comparingInt(Refusals::count).reversed())
        .toList();
  }

  /// The causes for which devices got no answer, each with its count.
  Map<String, Integer> failures() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (DeviceOutcome outcome : outcomes) {
      if (outcome instanceof DeviceOutcome.Failed failed) {
        counts.merge(failed.cause(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /// How many devices got an answer in a second, a certificate or a refusal; 0 for an empty fleet.
  double answeredPerSecond() {
    long answered =
        outcomes.stream().filter(outcome -> !(outcome instanceof DeviceOutcome.Failed)).count();
    return duration.isPositive() ? answered * NANOS_PER_SECOND / duration.toNanos() : 0;
  }

  /// The time within which this share of the answers came, from the sorted times the one at the
  /// rank rounded up; zero without answers.
  ///
  /// @param share more than 0, at most 1
  Duration percentile(double share) {
    List<Duration> latencies = new ArrayList<>();
    for (DeviceOutcome outcome : outcomes) {
      switch (outcome) {
        case DeviceOutcome.Issued issued -> latencies.add(issued.latency());
        case DeviceOutcome.Refused refused -> latencies.add(refused.latency());
        case DeviceOutcome.Failed _ -> {}
      }
    }
    if (latencies.isEmpty()) {
      return Duration.ZERO;
    }
    Collections.sort(latencies);
    int rank = (int) Math.ceil(share * latencies.size());
    return latencies.get(Math.max(1, rank) - 1);
  }
}
