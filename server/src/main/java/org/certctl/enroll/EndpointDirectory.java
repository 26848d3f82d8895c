package org.certctl.enroll;

import java.util.List;
import java.util.Optional;

/// Finds endpoints as they are now; what it knows may change while the server runs.
@FunctionalInterface
public interface EndpointDirectory {

  /// The endpoint of this name with this issuer, be it the present issuer, the next or a former
  /// one; absent when it is no longer configured.
  Optional<Endpoint> find(String name, String issuerId);

  /// A directory of exactly these.
  static EndpointDirectory of(List<Endpoint> endpoints) {
    List<Endpoint> all = List.copyOf(endpoints);
    return (name, issuerId) ->
        all.stream()
            .filter(endpoint -> endpoint.name().equals(name))
            .filter(endpoint -> endpoint.issuer().id().equals(issuerId))
            .findFirst();
  }
}
