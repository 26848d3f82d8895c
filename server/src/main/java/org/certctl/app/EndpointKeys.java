package org.certctl.app;

import java.util.List;
import java.util.stream.Stream;
import org.certctl.keys.RaKey;

/// The keys that an endpoint speaks SCEP with.
///
/// @param current the announced one first, then those that are still answered
/// @param next the same for the next CA; empty when there is none
record EndpointKeys(List<RaKey> current, List<RaKey> next) {

  EndpointKeys {
    current = List.copyOf(current);
    next = List.copyOf(next);
  }

  Stream<RaKey> all() {
    return Stream.concat(current.stream(), next.stream());
  }
}
