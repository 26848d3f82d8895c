package org.certctl.issuer.local;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The CAs of this server at one instant: which issues, which will, and which did.
///
/// @param current issues now
/// @param next is prepared to take its place
/// @param former issue no more, but sign the CRL of what they issued; the latest first; among them
///   those that were prepared and given up
public record LocalCas(LocalCa current, Optional<LocalCa> next, List<Former> former) {

  /// A CA that issues no more.
  ///
  /// @param ca the CA
  /// @param replacedAt when the next one took its place, or it was given up
  public record Former(LocalCa ca, Instant replacedAt) {}

  /// Takes a copy of the list.
  public LocalCas {
    former = List.copyOf(former);
  }

  /// All of them, the current one first.
  public Stream<LocalCa> all() {
    return Stream.concat(
        Stream.concat(Stream.of(current), next.stream()), former.stream().map(Former::ca));
  }
}
