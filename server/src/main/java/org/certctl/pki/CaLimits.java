package org.certctl.pki;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509CertificateHolder;

/// What a CA certificate allows below it.
///
/// @param pathLength how many CAs may stand below it (RFC 5280, section 4.2.1.9); empty for any
///   number
/// @param names which names may (section 4.2.1.10); absent for all
public record CaLimits(OptionalInt pathLength, Optional<NameConstraints> names) {

  /// @throws IllegalArgumentException when the path length is negative
  public CaLimits {
    if (pathLength.orElse(0) < 0) {
      throw new IllegalArgumentException("a path length is not negative");
    }
  }

  /// No limits.
  public static CaLimits none() {
    return new CaLimits(OptionalInt.empty(), Optional.empty());
  }

  /// Those with these constraints, written as for {@link CaNameConstraints#parse}.
  ///
  /// @throws IllegalArgumentException when one of them cannot be read
  public static CaLimits of(OptionalInt pathLength, List<String> permitted, List<String> excluded) {
    return new CaLimits(
        pathLength,
        permitted.isEmpty() && excluded.isEmpty()
            ? Optional.empty()
            : Optional.of(new NameConstraints(subtrees(permitted), subtrees(excluded))));
  }

  private static GeneralSubtree @org.jspecify.annotations.Nullable [] subtrees(List<String> texts) {
    return texts.isEmpty()
        ? null
        : texts.stream().map(CaNameConstraints::parse).toArray(GeneralSubtree[]::new);
  }

  /// Those that stand in a CA's certificate.
  ///
  /// @throws IllegalArgumentException when they cannot be read
  public static CaLimits in(X509CertificateHolder ca) {
    BasicConstraints basic =
        ca.getExtensions() == null ? null : BasicConstraints.fromExtensions(ca.getExtensions());
    return new CaLimits(
        basic == null || basic.getPathLenConstraint() == null
            ? OptionalInt.empty()
            : OptionalInt.of(basic.getPathLenConstraint().intValueExact()),
        CaNameConstraints.in(ca));
  }

  /// The same with another path length.
  public CaLimits withPathLength(int length) {
    return new CaLimits(OptionalInt.of(length), names);
  }

  /// The extension basicConstraints.
  public BasicConstraints basicConstraints() {
    return pathLength.isPresent()
        ? new BasicConstraints(pathLength.getAsInt())
        : new BasicConstraints(true);
  }
}
