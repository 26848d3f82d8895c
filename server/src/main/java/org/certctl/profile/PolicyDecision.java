package org.certctl.profile;

import java.util.List;

/// What the policy gate says of a request.
public sealed interface PolicyDecision {

  /// The request may be issued as it stands here.
  record Approved(ApprovedRequest request) implements PolicyDecision {}

  /// The request breaks these rules: all of them, never an empty list.
  record Violated(List<Violation> violations) implements PolicyDecision {
    /// Keeps its own copy.
    ///
    /// @throws IllegalArgumentException when the list is empty
    public Violated {
      if (violations.isEmpty()) {
        throw new IllegalArgumentException("a refusal names at least one violation");
      }
      violations = List.copyOf(violations);
    }
  }
}
