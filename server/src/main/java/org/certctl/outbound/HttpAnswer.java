package org.certctl.outbound;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An HTTP response, whatever its status.
///
/// @param status the status
/// @param fields the header fields, by name in any case
/// @param body the body; not copied
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record HttpAnswer(int status, Map<String, List<String>> fields, byte[] body) {

  /// Copies the fields.
  public HttpAnswer {
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fields.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    fields = java.util.Collections.unmodifiableMap(copy);
  }

  /// The first value of a header field.
  public Optional<String> field(String name) {
    List<String> values = fields.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  @Override
  public String toString() {
    return "HttpAnswer[" + status + ", " + body.length + " octets]";
  }
}
