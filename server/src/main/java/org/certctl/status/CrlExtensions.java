package org.certctl.status;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a CRL says about itself besides its number.
///
/// @param base the number of the complete CRL that a delta goes with (RFC 5280, section 5.2.4);
///   absent from a complete one
/// @param distributionPoint the URLs under which certificates name it, when it lists only a part of
///   what the issuer has revoked (section 5.2.5); empty when it lists all
/// @param freshest the URL of the delta CRL (section 5.2.6)
public record CrlExtensions(
    OptionalLong base, List<String> distributionPoint, Optional<String> freshest) {

  /// A copy of the list.
  ///
  /// @throws IllegalArgumentException when a delta names another
  public CrlExtensions {
    distributionPoint = List.copyOf(distributionPoint);
    if (base.isPresent() && freshest.isPresent()) {
      throw new IllegalArgumentException("a delta CRL names no other");
    }
  }

  /// Those of a complete CRL of everything, beside which there is no delta.
  public static CrlExtensions none() {
    return new CrlExtensions(OptionalLong.empty(), List.of(), Optional.empty());
  }
}
