package org.certctl.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.certctl.secret.Secret;

/// What somebody has set and that is to be the same on all nodes of a cluster, secrets included.
/// Paths and other places of keys are not part of it, nor what opens these: what lies there is
/// compared by itself.
public final class SharedOptions {

  private final SortedMap<String, String> values;

  private SharedOptions(SortedMap<String, String> values) {
    this.values = values;
  }

  /// These values, by their keys.
  public static SharedOptions of(Map<String, String> values) {
    return new SharedOptions(new TreeMap<>(values));
  }

  /// All of them as one text, to be told apart by a fingerprint under a key, and for nothing else.
  public Secret text() {
    StringBuilder text = new StringBuilder("options\n");
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return Secret.of(text.toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SharedOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "SharedOptions" + values.keySet();
  }
}
