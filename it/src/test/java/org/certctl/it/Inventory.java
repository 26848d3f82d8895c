package org.certctl.it;

import java.util.List;

/// Placeholder until the schema is known.
final class Inventory {
  Inventory(DataDirectory data) {}

  long openEnrollments() {
    return 0;
  }

  List<String> certificatesFor(String commonName) {
    return List.of();
  }
}
