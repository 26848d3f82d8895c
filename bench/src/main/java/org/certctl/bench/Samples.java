package org.certctl.bench;

import java.util.Arrays;

/// Times that something took, in nanoseconds, sorted.
final class Samples {

  private final double[] sorted;

  Samples(double[] nanos) {
    this.sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  int count() {
    return sorted.length;
  }

  double mean() {
    return Arrays.stream(sorted).average().orElseThrow();
  }

  double median() {
    return sorted[sorted.length / 2];
  }

  /// The value below which this share of the samples lies, from 0 to 1.
  double quantile(double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * share))];
  }

  /// The unbiased estimate of the variance.
  double variance() {
    double mean = mean();
    return Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).sum() / (sorted.length - 1);
  }

  /// Only the samples up to this time: what lies beyond is the machine's, not the program's.
  Samples upTo(double nanos) {
    return new Samples(Arrays.stream(sorted).filter(x -> x <= nanos).toArray());
  }

  /// Welch's t for the means of two sets of samples; beyond 4.5 either way they are taken to
  /// differ.
  double welch(Samples other) {
    double error = variance() / count() + other.variance() / other.count();
    return (mean() - other.mean()) / Math.sqrt(error);
  }
}
