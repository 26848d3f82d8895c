package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyType;
import org.certctl.secret.Secret;

/// The options of OCSP, a part of the catalogue.
final class OcspOptions {

  static final Option<Boolean> ENABLED =
      new Option<>(
          "CERTCTL_OCSP_ENABLED",
          Section.STATUS,
          ValueTypes.bool(),
          Optional.of(OcspSettings.defaults().enabled()),
          "Whether OCSP is answered. With `CERTCTL_PUBLIC_URL`, certificates issued from then on say"
              + " where.",
          "false");

  static final Option<Duration> VALIDITY =
      new Option<>(
          "CERTCTL_OCSP_VALIDITY",
          Section.STATUS,
          ValueTypes.duration(Duration.ofMinutes(1), Duration.ofDays(7)),
          Optional.of(OcspSettings.defaults().validity()),
          "How long an OCSP answer is good, which is also how long others may keep it without asking"
              + " again.",
          "12h");

  static final Option<Duration> RESPONDER_VALIDITY =
      new Option<>(
          "CERTCTL_OCSP_RESPONDER_VALIDITY",
          Section.STATUS,
          ValueTypes.duration(Duration.ofSeconds(30), Duration.ofDays(365)),
          Optional.of(OcspSettings.defaults().responder().lifetime()),
          "How long the certificates of OCSP responders are valid, which each CA here makes for"
              + " itself. Clients do not ask whether they were revoked. They end with the CA at the"
              + " latest.",
          "14d");

  static final Option<Duration> RESPONDER_ROTATION_GRACE =
      new Option<>(
          "CERTCTL_OCSP_RESPONDER_ROTATION_GRACE",
          Section.STATUS,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofDays(365)),
          Optional.of(OcspSettings.defaults().responder().renewBefore()),
          "How long before its end such a certificate is replaced by one with a new key. Less than"
              + " `CERTCTL_OCSP_RESPONDER_VALIDITY`.",
          "3d");

  static final Option<KeyType> RESPONDER_KEY =
      new Option<>(
          "CERTCTL_OCSP_RESPONDER_KEY",
          Section.STATUS,
          ValueTypes.keyType(),
          Optional.of(OcspSettings.defaults().keyType()),
          "The kind of key that OCSP responders sign with. `p256` is the fastest; take `rsa2048` for"
              + " clients that do not know EC. A change takes effect with the next start. Not together with"
              + " `CERTCTL_OCSP_RESPONDER_KEY_PATH`.",
          "rsa2048");

  static final Option<Path> RESPONDER_KEY_DIR =
      new Option<>(
          "CERTCTL_OCSP_RESPONDER_KEY_DIR",
          Section.STATUS,
          ValueTypes.path(),
          Optional.empty(),
          "The folder in which the keys of OCSP responders are kept, in a folder for each CA; made"
              + " when it is not there. `ocsp` in the data directory when empty.",
          "/var/lib/certctl-ocsp");

  static final Option<KeyLocation> RESPONDER_KEY_PATH =
      new Option<>(
          "CERTCTL_OCSP_RESPONDER_KEY_PATH",
          Section.STATUS,
          ValueTypes.key(),
          Optional.empty(),
          "A key of yours that all OCSP responders sign with: RSA, or EC on P-256 or P-384. "
              + KeyOptions.WHERE
              + " certctl makes its certificates and renews them in time; read again on SIGHUP and"
              + " `certctl reload`. When empty, certctl makes the keys too.",
          "/etc/certctl/ocsp.key");

  static final Option<Secret> RESPONDER_KEY_PASSWORD =
      new Option<>(
          "CERTCTL_OCSP_RESPONDER_KEY_PASSWORD",
          Section.STATUS,
          ValueTypes.passphrase(),
          Optional.empty(),
          KeyOptions.opens("CERTCTL_OCSP_RESPONDER_KEY_PATH"),
          "(random)");

  static final Option<Integer> RATE_LIMIT_PER_IP_MIN =
      new Option<>(
          "CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN",
          Section.STATUS,
          ValueTypes.integer(0, 10_000_000),
          Optional.of(OcspSettings.defaults().requestsPerMinute()),
          "How many OCSP requests one source address may send in a minute; further ones are answered"
              + " with 429. 0 for no limit, which is right behind a proxy: all requests come from"
              + " its address.",
          "0");

  /// All of them, in the order of the reference.
  static final List<Option<?>> ALL =
      List.of(
          ENABLED,
          VALIDITY,
          RESPONDER_VALIDITY,
          RESPONDER_ROTATION_GRACE,
          RESPONDER_KEY,
          RESPONDER_KEY_DIR,
          RESPONDER_KEY_PATH,
          RESPONDER_KEY_PASSWORD,
          RATE_LIMIT_PER_IP_MIN);

  private OcspOptions() {}
}
