package org.certctl.config;

import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.KeyKind;
import org.certctl.profile.NameKind;

/// The options of certificate profiles, a part of the catalogue; the defaults are those of the
/// profile `default`.
final class CertificateProfileOptions {

  private static final CertificateProfile DEFAULTS = CertificateProfile.defaults();
  private static final Duration MAX_VALIDITY_BOUND = Duration.ofDays(3650);

  static final Option<List<String>> NAMES =
      new Option<>(
          "CERTCTL_PROFILES",
          Section.CERTIFICATE_PROFILES,
          ValueTypes.profileNames(),
          Optional.empty(),
          "The names of the certificate profiles that have their rules in variables below. There"
              + " is always one named `default`; give it rules of its own by naming it here.",
          "wifi,servers");

  static final Option<Path> FILE =
      new Option<>(
          "CERTCTL_PROFILES_PATH",
          Section.CERTIFICATE_PROFILES,
          ValueTypes.path(),
          Optional.empty(),
          "JSON with certificate profiles: an object that has for each profile an object with the"
              + " options below in lower case, such as"
              + " `{\"wifi\": {\"max_validity\": \"90d\", \"san_required\": [\"dns\"]}}`.",
          "profiles.json");

  static final Option<Set<KeyKind>> KEY_TYPES =
      rule(
          "KEY_TYPES",
          ProfileValueTypes.anyOf(KeyKind.class),
          Optional.of(DEFAULTS.keys().kinds()),
          "The kinds of keys that are certified.",
          "rsa,p256");

  static final Option<Integer> RSA_MIN_BITS =
      rule(
          "RSA_MIN_BITS",
          ValueTypes.integer(2048, 8192),
          Optional.of(DEFAULTS.keys().minRsaBits()),
          "The smallest RSA key.",
          "3072");

  static final Option<Integer> RSA_MAX_BITS =
      rule(
          "RSA_MAX_BITS",
          ValueTypes.integer(2048, 8192),
          Optional.of(DEFAULTS.keys().maxRsaBits()),
          "The largest RSA key.",
          "4096");

  static final Option<Duration> MAX_VALIDITY =
      rule(
          "MAX_VALIDITY",
          ValueTypes.duration(Duration.ofMinutes(5), MAX_VALIDITY_BOUND),
          Optional.of(DEFAULTS.validity().maximum()),
          "The longest validity; elsewhere known as MaxTTLSeconds, and a plain number is seconds."
              + " No certificate outlives its issuer either.",
          "90d");

  static final Option<Duration> DEFAULT_VALIDITY =
      rule(
          "DEFAULT_VALIDITY",
          ValueTypes.duration(Duration.ofMinutes(5), MAX_VALIDITY_BOUND),
          Optional.empty(),
          "The validity when a request asks for none; the longest when empty.",
          "30d");

  static final Option<Boolean> VALIDITY_AS_REQUESTED =
      rule(
          "VALIDITY_AS_REQUESTED",
          ValueTypes.bool(),
          Optional.of(DEFAULTS.validity().asRequested()),
          "Whether a request may ask for another validity, up to the longest, as Intune does with"
              + " `ValidityPeriod` and `ValidityPeriodUnits`.",
          "false");

  static final Option<Duration> BACKDATING =
      rule(
          "BACKDATING",
          ValueTypes.duration(Duration.ZERO, Duration.ofDays(2)),
          Optional.of(DEFAULTS.validity().backdating()),
          "How far notBefore lies in the past, for devices whose clocks are behind.",
          "10m");

  static final Option<Set<ProfileValueTypes.Usage>> KEY_USAGE =
      rule(
          "KEY_USAGE",
          ProfileValueTypes.anyOf(ProfileValueTypes.Usage.class),
          Optional.of(ProfileValueTypes.Usage.of(DEFAULTS.usages().keyUsage())),
          "The key usage when a request names none. A key that cannot encrypt never says that it"
              + " does.",
          "digital-signature");

  static final Option<Set<ProfileValueTypes.Usage>> KEY_USAGE_ALLOWED =
      rule(
          "KEY_USAGE_ALLOWED",
          ProfileValueTypes.anyOf(ProfileValueTypes.Usage.class),
          Optional.of(ProfileValueTypes.Usage.of(DEFAULTS.usages().allowedKeyUsage())),
          "The key usages that a request may name; `KEY_USAGE` is always among them.",
          "digital-signature,key-encipherment");

  static final Option<List<KeyPurposeId>> EKU =
      rule(
          "EKU",
          ProfileValueTypes.purposes(),
          Optional.of(DEFAULTS.usages().extended()),
          "The extended key usages when a request names none.",
          "client-auth,ipsec-ike");

  static final Option<List<KeyPurposeId>> EKU_ALLOWED =
      rule(
          "EKU_ALLOWED",
          ProfileValueTypes.purposes(),
          Optional.of(ProfileValueTypes.inOrder(DEFAULTS.usages().allowedExtended())),
          "The extended key usages that a request may name; those of `EKU` are always among them.",
          "client-auth,server-auth,1.3.6.1.4.1.311.20.2.2");

  static final Option<List<KeyPurposeId>> EKU_REQUIRED =
      rule(
          "EKU_REQUIRED",
          ProfileValueTypes.purposes(),
          Optional.empty(),
          "The extended key usages that a request must name when it names any.",
          "client-auth");

  static final Option<Boolean> SUBJECT_MAY_BE_EMPTY =
      rule(
          "SUBJECT_MAY_BE_EMPTY",
          ValueTypes.bool(),
          Optional.of(DEFAULTS.subject().emptyAllowed()),
          "Whether subject alternative names alone will do.",
          "true");

  static final Option<List<ASN1ObjectIdentifier>> SUBJECT_ALLOWED =
      rule(
          "SUBJECT_ALLOWED",
          ProfileValueTypes.attributes(),
          Optional.empty(),
          "The attributes that a subject may have; any when empty.",
          "CN,O,OU");

  static final Option<List<ASN1ObjectIdentifier>> SUBJECT_REQUIRED =
      rule(
          "SUBJECT_REQUIRED",
          ProfileValueTypes.attributes(),
          Optional.empty(),
          "The attributes that a subject must have.",
          "CN");

  static final Option<Pattern> SUBJECT_PATTERN =
      rule(
          "SUBJECT_PATTERN",
          ProfileValueTypes.pattern(),
          Optional.empty(),
          "What a subject must look like, as a whole and as `certctl cert show` writes it.",
          "CN=[A-Za-z0-9-]+,O=Example Corp");

  static final Option<String> SUBJECT_TEMPLATE =
      rule(
          "SUBJECT_TEMPLATE",
          ValueType.of("a name with values such as `{CN}`", text -> text, text -> text),
          Optional.empty(),
          "The subject of the certificate, in place of the requested one. A value is an attribute"
              + " of the requested subject (`{CN}`, `{SERIALNUMBER}`) or the first subject"
              + " alternative name of a kind (`{DNS}`, `{UPN}`, `{EMAIL}`, `{URI}`, `{IP}`). The"
              + " rules for subjects hold for the result.",
          "CN={CN},O=Example Corp");

  static final Option<Integer> SAN_MAX =
      rule(
          "SAN_MAX",
          ValueTypes.integer(0, 100),
          Optional.of(DEFAULTS.names().max()),
          "How many subject alternative names there may be.",
          "5");

  static final Option<Set<NameKind>> SAN_ALLOWED =
      rule(
          "SAN_ALLOWED",
          ProfileValueTypes.anyOf(NameKind.class),
          Optional.of(DEFAULTS.names().allowed()),
          "The kinds of subject alternative names that there may be.",
          "dns,upn,uri");

  static final Option<Set<NameKind>> SAN_REQUIRED =
      rule(
          "SAN_REQUIRED",
          ProfileValueTypes.anyOf(NameKind.class),
          Optional.empty(),
          "The kinds of subject alternative names of which there must be one.",
          "dns");

  static final Option<Pattern> SAN_DNS_PATTERN =
      namePattern(NameKind.DNS, "[a-z0-9-]+\\.corp\\.example");
  static final Option<Pattern> SAN_IP_PATTERN = namePattern(NameKind.IP, "10\\.20\\.[0-9.]+");
  static final Option<Pattern> SAN_EMAIL_PATTERN = namePattern(NameKind.EMAIL, ".+@corp\\.example");
  static final Option<Pattern> SAN_UPN_PATTERN = namePattern(NameKind.UPN, ".+@corp\\.example");
  static final Option<Pattern> SAN_URI_PATTERN =
      namePattern(NameKind.URI, "tag:microsoft\\.com,2022-09-14:sid:S-[0-9-]+");

  static final Option<List<String>> SAN_TEMPLATE =
      rule(
          "SAN_TEMPLATE",
          ProfileValueTypes.texts("names such as `dns:{CN}.example.com`, separated by commas"),
          Optional.empty(),
          "The subject alternative names of the certificate, in place of the requested ones; values"
              + " as in `SUBJECT_TEMPLATE`. The rules for these names hold for the result.",
          "dns:{CN}.corp.example,upn:{UPN}");

  static final Option<List<ASN1ObjectIdentifier>> POLICIES =
      rule(
          "POLICIES",
          ProfileValueTypes.identifiers(),
          Optional.empty(),
          "The certificate policies that every certificate names (RFC 5280, section 4.2.1.4).",
          "1.3.6.1.4.1.99999.1.1");

  static final Option<Boolean> MUST_STAPLE =
      rule(
          "MUST_STAPLE",
          ValueTypes.bool(),
          Optional.of(false),
          "Whether a TLS server with such a certificate must staple an OCSP answer (RFC 7633).",
          "true");

  /// All of them, in the order of the reference.
  static final List<Option<?>> ALL =
      List.of(
          NAMES,
          FILE,
          KEY_TYPES,
          RSA_MIN_BITS,
          RSA_MAX_BITS,
          MAX_VALIDITY,
          DEFAULT_VALIDITY,
          VALIDITY_AS_REQUESTED,
          BACKDATING,
          KEY_USAGE,
          KEY_USAGE_ALLOWED,
          EKU,
          EKU_ALLOWED,
          EKU_REQUIRED,
          SUBJECT_MAY_BE_EMPTY,
          SUBJECT_ALLOWED,
          SUBJECT_REQUIRED,
          SUBJECT_PATTERN,
          SUBJECT_TEMPLATE,
          SAN_MAX,
          SAN_ALLOWED,
          SAN_REQUIRED,
          SAN_DNS_PATTERN,
          SAN_IP_PATTERN,
          SAN_EMAIL_PATTERN,
          SAN_UPN_PATTERN,
          SAN_URI_PATTERN,
          SAN_TEMPLATE,
          POLICIES,
          MUST_STAPLE);

  private CertificateProfileOptions() {}

  private static <T> Option<T> rule(
      String name,
      ValueType<T> type,
      Optional<T> defaultValue,
      String description,
      String example) {
    return new Option<>(
        name, Section.CERTIFICATE_PROFILE, type, defaultValue, description, example);
  }

  private static Option<Pattern> namePattern(NameKind kind, String example) {
    return rule(
        "SAN_" + kind + "_PATTERN",
        ProfileValueTypes.pattern(),
        Optional.empty(),
        "What each subject alternative name of the kind " + kind + " must look like, as a whole.",
        example);
  }
}
