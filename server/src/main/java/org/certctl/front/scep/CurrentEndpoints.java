package org.certctl.front.scep;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.enroll.Endpoint;
import org.certctl.enroll.EndpointDirectory;

/// The endpoints as they are served now: keys and CAs change while the server runs, and with them
/// the endpoints, all at once.
///
/// A request keeps the endpoint it began with. Safe to use from many threads.
public final class CurrentEndpoints implements EndpointDirectory {

  private record Snapshot(List<ScepEndpoint> endpoints, ScepPaths paths) {}

  private final Optional<String> ndesProfile;
  private final AtomicReference<Snapshot> snapshot;

  /// @param endpoints what is served at first
  /// @param ndesProfile the endpoint for the paths of NDES
  public CurrentEndpoints(List<ScepEndpoint> endpoints, Optional<String> ndesProfile) {
    this.ndesProfile = ndesProfile;
    this.snapshot = new AtomicReference<>(snapshotOf(endpoints));
  }

  /// Serves these from now on.
  public void replace(List<ScepEndpoint> endpoints) {
    snapshot.set(snapshotOf(endpoints));
  }

  /// What is served now. Ask anew each time: what is kept goes stale.
  public List<ScepEndpoint> all() {
    return snapshot.get().endpoints();
  }

  /// The endpoint of this name.
  public Optional<ScepEndpoint> find(String name) {
    return all().stream().filter(endpoint -> endpoint.name().equals(name)).findFirst();
  }

  @Override
  public Optional<Endpoint> find(String name, String issuerId) {
    return all().stream()
        .flatMap(ScepEndpoint::enrollments)
        .filter(endpoint -> endpoint.name().equals(name))
        .filter(endpoint -> endpoint.issuer().id().equals(issuerId))
        .findFirst();
  }

  ScepPaths paths() {
    return snapshot.get().paths();
  }

  private Snapshot snapshotOf(List<ScepEndpoint> endpoints) {
    return new Snapshot(
        List.copyOf(endpoints),
        new ScepPaths(endpoints.stream().map(ScepServlet.Served::of).toList(), ndesProfile));
  }
}
