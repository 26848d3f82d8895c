package org.certctl.profile;

import java.util.Optional;
import org.bouncycastle.asn1.x509.Extensions;

/// What a certificate may say: the rules that a request is measured by.
///
/// @param id the name it is configured by
/// @param keys which keys are certified
/// @param validity how long certificates are valid
/// @param usages what their keys are for
/// @param subject what their subjects may be
/// @param names what their subject alternative names may be
/// @param template how certificates are named; {@link IdentityTemplate#none()} as requested
/// @param additional extensions that every certificate gets and no request chooses; absent when
///   there are none
public record CertificateProfile(
    String id,
    KeyRules keys,
    ValidityRules validity,
    UsageRules usages,
    SubjectRules subject,
    NameRules names,
    IdentityTemplate template,
    Optional<Extensions> additional) {

  /// The profile of an endpoint that names none.
  public static final String DEFAULT_ID = "default";

  /// Client certificates for a year: RSA from 2048 bits, P-256, P-384, P-521 or Edwards keys;
  /// digitalSignature and keyEncipherment; clientAuth unless the request asks for other purposes of
  /// an end entity.
  public static CertificateProfile defaults() {
    return new CertificateProfile(
        DEFAULT_ID,
        KeyRules.defaults(),
        ValidityRules.defaults(),
        UsageRules.defaults(),
        SubjectRules.defaults(),
        NameRules.defaults(),
        IdentityTemplate.none(),
        Optional.empty());
  }
}
