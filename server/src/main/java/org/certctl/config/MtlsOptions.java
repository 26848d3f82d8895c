package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;

/// The options of SCEP behind a client certificate, a part of the catalogue.
final class MtlsOptions {

  static final Option<Integer> PORT =
      new Option<>(
          "CERTCTL_SCEP_MTLS_PORT",
          Section.SCEP,
          ValueTypes.port(),
          Optional.empty(),
          "The port of a TLS listener of its own that asks for client certificates and serves"
              + " `/scep-mtls/<name>` and nothing else. Required when a profile has `MTLS_ENABLED`,"
              + " and only then.",
          "8444");

  static final Option<Boolean> ENABLED =
      new Option<>(
          "MTLS_ENABLED",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(false),
          "Whether the profile is also served at `/scep-mtls/<name>`, to devices with a client"
              + " certificate that the bundle vouches for. The challenge is wanted there too.",
          "true");

  static final Option<Path> CLIENT_CA_TRUST_BUNDLE_PATH =
      new Option<>(
          "MTLS_CLIENT_CA_TRUST_BUNDLE_PATH",
          Section.SCEP_PROFILE,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the CAs, one or more, whose client certificates this profile trusts. Required with"
              + " `MTLS_ENABLED`; read again on SIGHUP and `certctl reload`.",
          "client-cas.pem");

  private MtlsOptions() {}
}
