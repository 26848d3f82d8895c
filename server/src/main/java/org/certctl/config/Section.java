package org.certctl.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The chapters of the reference, in their order.
public enum Section {
  /// Where certctl keeps what it must not lose.
  DATA("Data directory", "Where certctl keeps what it must not lose."),
  /// The HTTPS listener.
  SERVER(
      "Server", "The HTTPS listener that devices and operators use: TLS 1.2 and 1.3, never plain."),
  /// The management listener.
  MANAGEMENT(
      "Management",
      "The plain HTTP listener for `/metrics`, `/health` and `/ready`. Keep it away from devices."),
  /// The database.
  DATABASE("Database", "Certificates, enrollments and the audit trail."),
  /// Keys that the server writes itself.
  ENCRYPTION(
      "Encryption of keys",
      "How keys and secrets that certctl makes itself are kept on disk; see docs/keys.md."),
  /// Logs.
  LOGGING("Logging", "Logs go to standard output."),
  /// The local CA.
  LOCAL_CA("Local CA", "The issuer `iss-local`: a CA whose key lies in a file here."),
  /// CRLs and where certificates say they are.
  STATUS(
      "Certificate status",
      "Revocation lists of the local CA, at `/.well-known/pki/crl/iss-local` on the HTTPS listener"
          + " and on that of `CERTCTL_SCEP_HTTP_PORT`."),
  /// The audit trail.
  AUDIT("Audit trail", "Every decision is recorded and sealed with a signature."),
  /// Notices to people and programs outside.
  NOTICES(
      "Notices",
      "Who is told of certificates that end soon, and how (`docs/expiry-notices.md`). Every notice goes"
          + " to the webhook and to each recipient of mail, as far as they are set."),
  /// Certificate profiles as a whole.
  CERTIFICATE_PROFILES(
      "Certificate profiles",
      "What certificates may say, whoever enrolls. A SCEP profile names one with `PROFILE_ID`; a"
          + " profile that is named and not there stops the start."),
  /// One certificate profile.
  CERTIFICATE_PROFILE(
      "Certificate profiles, for each",
      "The rules of one profile. `<NAME>` is its name in upper case with `_` for `-`. What is not"
          + " set is as in the profile `default`.",
      "CERTCTL_PROFILE_"),
  /// SCEP as a whole.
  SCEP("SCEP", "What holds for all SCEP endpoints."),
  /// One SCEP endpoint.
  SCEP_PROFILE(
      "SCEP, for each profile",
      "One endpoint `/scep/<name>` for each name in `CERTCTL_SCEP_PROFILES`. `<NAME>` is the"
          + " profile's name in upper case with `_` for `-`: the profile `wifi-eap` has"
          + " `CERTCTL_SCEP_PROFILE_WIFI_EAP_ISSUER_ID`.",
      "CERTCTL_SCEP_PROFILE_"),
  /// The only SCEP endpoint.
  SCEP_SINGLE(
      "SCEP, single endpoint",
      "The older form with one endpoint `/scep`, used when `CERTCTL_SCEP_PROFILES` is empty. The"
          + " two forms cannot be mixed. The endpoint counts as a profile named `default`.");

  private final String title;
  private final String introduction;
  private final @Nullable String start;

  Section(String title, String introduction) {
    this(title, introduction, null);
  }

  /// @param start what the keys of its options begin with, before a profile's name
  Section(String title, String introduction, @Nullable String start) {
    this.title = title;
    this.introduction = introduction;
    this.start = start;
  }

  String title() {
    return title;
  }

  String introduction() {
    return introduction;
  }

  /// Whether each of many profiles has these options.
  boolean isPerProfile() {
    return start != null;
  }

  /// What the keys of its options begin with, before a profile's name; empty when there are no
  /// profiles here.
  String start() {
    return start == null ? "" : start;
  }

  /// The beginning of all keys of one profile.
  String prefix(String profileName) {
    return start() + profileName.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
  }
}
