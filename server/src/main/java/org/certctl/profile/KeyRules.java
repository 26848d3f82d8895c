package org.certctl.profile;

import java.util.EnumSet;
import java.util.Set;

/// Which keys are certified.
///
/// @param kinds the kinds of keys, at least one
/// @param minRsaBits the smallest RSA modulus, 2048 or more
/// @param maxRsaBits the largest RSA modulus
public record KeyRules(Set<KeyKind> kinds, int minRsaBits, int maxRsaBits) {

  /// Refuses rules that contradict themselves.
  ///
  /// @throws IllegalArgumentException naming the rule
  public KeyRules {
    if (minRsaBits < 2048 || maxRsaBits < minRsaBits) {
      throw new IllegalArgumentException("RSA bounds must be at least 2048 and in order");
    }
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("some kind of key must be taken");
    }
    kinds = Set.copyOf(kinds);
  }

  /// All kinds; RSA from 2048 to 8192 bits.
  public static KeyRules defaults() {
    return new KeyRules(EnumSet.allOf(KeyKind.class), 2048, 8192);
  }
}
