package org.certctl.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the name that somebody who mistyped probably meant.
final class EditDistance {

  private EditDistance() {}

  /// The most similar candidate; absent when none is similar enough to be what was meant.
  static Optional<String> nearest(String typed, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> between(typed, candidate)))
        .filter(candidate -> between(typed, candidate) <= Math.max(2, typed.length() / 4));
  }

  /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
  static int between(String one, String other) {
    int[][] distance = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      distance[i][0] = i;
    }
    for (int j = 0; j <= other.length(); j++) {
      distance[0][j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      for (int j = 1; j <= other.length(); j++) {
        int replaced = distance[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(distance[i - 1][j], distance[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          best = Math.min(best, distance[i - 2][j - 2] + 1);
        }
        distance[i][j] = best;
      }
    }
    return distance[one.length()][other.length()];
  }
}
