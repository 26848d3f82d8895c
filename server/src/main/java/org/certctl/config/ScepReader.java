package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.NamedKey;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.config.Options.ScepEndpointOptions;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.RenewalRules;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyLocation;
import org.certctl.secret.Secret;

/// Reads what concerns SCEP: the profiles, or the older form with a single endpoint.
final class ScepReader {

  private final Settings settings;
  private final OptionReader reader;
  private final Problems problems;
  private final List<ScepProfileSettings> profiles = new ArrayList<>();
  private final List<PairOfFiles> registrationAuthorities = new ArrayList<>();
  private final List<NamedFile> clientCaBundles = new ArrayList<>();
  private Duration approvalTimeout = ApprovalRules.off().timeout();
  private final ConnectorReader connectorReader;
  private final Set<String> certificateProfiles;

  /// @param certificateProfiles the names of the certificate profiles that there are
  ScepReader(
      Settings settings, OptionReader reader, Problems problems, Set<String> certificateProfiles) {
    this.certificateProfiles = Set.copyOf(certificateProfiles);
    this.settings = settings;
    this.reader = reader;
    this.problems = problems;
    this.connectorReader = new ConnectorReader(reader, problems);
  }

  /// The names in CERTCTL_SCEP_PROFILES; absent when they cannot be read.
  Optional<List<String>> profileNames() {
    String key = Options.SCEP_PROFILES.name();
    Optional<List<String>> names = reader.optional(Options.SCEP_PROFILES, key);
    boolean invalid = settings.says(key) && names.filter(List::isEmpty).isPresent();
    return invalid ? Optional.empty() : names;
  }

  /// Everything about SCEP, with problems noted.
  ScepSettings read(boolean enabled, Optional<List<String>> names) {
    Optional<Integer> httpPort =
        reader.optional(Options.SCEP_HTTP_PORT, Options.SCEP_HTTP_PORT.name());
    Optional<Integer> mtlsPort = reader.optional(MtlsOptions.PORT, MtlsOptions.PORT.name());
    Optional<String> ndesProfile =
        reader
            .optional(Options.SCEP_NDES_PROFILE, Options.SCEP_NDES_PROFILE.name())
            .map(name -> name.toLowerCase(Locale.ROOT));
    int failures = reader.value(Options.SCEP_CHALLENGE_FAILURES_PER_MINUTE);
    approvalTimeout = reader.value(ApprovalOptions.TIMEOUT);
    List<String> single = givenSingleOptions();
    if (names.isPresent() && !names.get().isEmpty()) {
      single.forEach(key -> refuseMixture(key, names.get().getFirst()));
      names.get().forEach(this::readProfile);
    } else if (names.isPresent() && !single.isEmpty()) {
      readSingle();
    } else if (names.isPresent() && enabled) {
      problems.error(
          Options.SCEP_PROFILES.name(),
          "SCEP is enabled, but there is no endpoint",
          "name the profiles, for example laptops,phones, and give each its options");
    }
    if (enabled && names.isPresent()) {
      ndesProfile.ifPresent(name -> requireKnown(name, names.get(), !single.isEmpty()));
    }
    warnOfSharedChallenges();
    return new ScepSettings(
        enabled,
        httpPort.map(OptionalInt::of).orElseGet(OptionalInt::empty),
        mtlsPort.map(OptionalInt::of).orElseGet(OptionalInt::empty),
        ndesProfile,
        failures,
        raSchedule(),
        enabled ? profiles : List.of());
  }

  /// The RA of every profile whose files are known, whatever else is wrong with the profile.
  List<PairOfFiles> registrationAuthorities() {
    return List.copyOf(registrationAuthorities);
  }

  /// The bundles of connector certificates of all profiles.
  List<NamedFile> connectorBundles() {
    return connectorReader.bundles();
  }

  /// The CAs of client certificates of all profiles.
  List<NamedFile> clientCaBundles() {
    return List.copyOf(clientCaBundles);
  }

  private List<String> givenSingleOptions() {
    List<String> given = new ArrayList<>();
    for (Option<?> option : Options.ALL) {
      if (option.section() == Section.SCEP_SINGLE) {
        List.of(option.name(), option.name() + Option.FILE_SUFFIX).stream()
            .filter(settings::says)
            .forEach(given::add);
      }
    }
    return given;
  }

  private void refuseMixture(String key, String firstProfile) {
    String suffix = key.substring("CERTCTL_SCEP_".length());
    problems.error(
        key,
        "the form with a single endpoint cannot be mixed with CERTCTL_SCEP_PROFILES",
        "write "
            + Section.SCEP_PROFILE.prefix(firstProfile)
            + suffix
            + ", or empty CERTCTL_SCEP_PROFILES");
  }

  private void requireKnown(String ndesProfile, List<String> names, boolean single) {
    List<String> all = names.isEmpty() && single ? List.of(ScepProfileSettings.SINGLE_NAME) : names;
    if (!all.contains(ndesProfile)) {
      problems.error(
          Options.SCEP_NDES_PROFILE.name(),
          ndesProfile,
          "there is no profile of that name",
          all.isEmpty() ? "name the profiles first" : "write one of " + String.join(", ", all));
    }
  }

  private void readProfile(String name) {
    Function<Option<?>, String> keyOf = option -> option.keyFor(name);
    ChallengeSettings challenges =
        new ChallengeSettings(
            Optional.empty(),
            reader.value(Options.ONE_TIME_CHALLENGES, Options.ONE_TIME_CHALLENGES.keyFor(name)),
            reader.value(Options.PASSWORD_ENVELOPES, Options.PASSWORD_ENVELOPES.keyFor(name)),
            Optional.empty());
    readEndpoint(
        name,
        ScepProfileSettings.ROOT_PATH + "/" + name,
        Options.PROFILE,
        keyOf,
        challenges,
        connectorReader.isEnabled(name),
        protocol(name),
        approval(name),
        renewal(name),
        clientCaBundle(name));
  }

  /// The CAs whose clients a profile trusts; noted as missing when it needs them.
  private Optional<Path> clientCaBundle(String name) {
    if (!reader.value(MtlsOptions.ENABLED, MtlsOptions.ENABLED.keyFor(name))) {
      return Optional.empty();
    }
    String key = MtlsOptions.CLIENT_CA_TRUST_BUNDLE_PATH.keyFor(name);
    Optional<Path> bundle = reader.requiredPath(MtlsOptions.CLIENT_CA_TRUST_BUNDLE_PATH, key);
    bundle.ifPresent(file -> clientCaBundles.add(new NamedFile(key, file)));
    return bundle;
  }

  private ApprovalRules approval(String name) {
    return new ApprovalRules(
        reader.value(ApprovalOptions.MODE, ApprovalOptions.MODE.keyFor(name)),
        approvalTimeout,
        reader.value(ApprovalOptions.MAX_PENDING, ApprovalOptions.MAX_PENDING.keyFor(name)),
        reader.value(
            ApprovalOptions.MAX_PENDING_PER_ADDRESS,
            ApprovalOptions.MAX_PENDING_PER_ADDRESS.keyFor(name)));
  }

  private RenewalSettings renewal(String name) {
    return new RenewalSettings(
        new RenewalRules(
            reader.value(RenewalOptions.ENABLED, RenewalOptions.ENABLED.keyFor(name)),
            reader.value(RenewalOptions.WINDOW, RenewalOptions.WINDOW.keyFor(name)),
            reader.value(RenewalOptions.GRACE, RenewalOptions.GRACE.keyFor(name)),
            reader.value(
                RenewalOptions.CHALLENGE_REQUIRED, RenewalOptions.CHALLENGE_REQUIRED.keyFor(name))),
        reader.optional(
            RenewalOptions.REVOKE_PREDECESSOR_AFTER,
            RenewalOptions.REVOKE_PREDECESSOR_AFTER.keyFor(name)));
  }

  private ScepProtocolSettings protocol(String name) {
    return new ScepProtocolSettings(
        reader.value(Options.ALGORITHM_POLICY, Options.ALGORITHM_POLICY.keyFor(name)),
        reader.value(Options.CHAIN_IN_REPLY, Options.CHAIN_IN_REPLY.keyFor(name)),
        reader.value(Options.FAIL_INFO_TEXT, Options.FAIL_INFO_TEXT.keyFor(name)),
        reader.value(Options.REPLY_ALGORITHMS, Options.REPLY_ALGORITHMS.keyFor(name)),
        reader.value(Options.REPLY_OAEP, Options.REPLY_OAEP.keyFor(name)),
        reader.value(Options.EMPTY_CONTENT, Options.EMPTY_CONTENT.keyFor(name)),
        reader.optional(Options.SIGNING_TIME_WINDOW, Options.SIGNING_TIME_WINDOW.keyFor(name)));
  }

  private void readSingle() {
    readEndpoint(
        ScepProfileSettings.SINGLE_NAME,
        ScepProfileSettings.ROOT_PATH,
        Options.SINGLE,
        Option::name,
        ChallengeSettings.defaults(),
        false,
        ScepProtocolSettings.defaults(),
        ApprovalRules.off(),
        RenewalSettings.defaults(),
        Optional.empty());
  }

  private void readEndpoint(
      String name,
      String path,
      ScepEndpointOptions options,
      Function<Option<?>, String> keyOf,
      ChallengeSettings challenges,
      boolean connectorChallenges,
      ScepProtocolSettings protocol,
      ApprovalRules approval,
      RenewalSettings renewal,
      Optional<Path> clientCaBundle) {
    Optional<String> issuerId =
        reader.required(options.issuerId(), keyOf.apply(options.issuerId()));
    String profileKey = keyOf.apply(options.profileId());
    String profileId = reader.value(options.profileId(), profileKey);
    if (!certificateProfiles.contains(profileId)) {
      problems.error(
          profileKey,
          profileId,
          "there is no certificate profile of that name",
          "write one of "
              + String.join(", ", new TreeSet<>(certificateProfiles))
              + ", or add it to "
              + CertificateProfileOptions.NAMES.name());
    }
    String challengeKey = keyOf.apply(options.challengePassword());
    Optional<Secret> challenge =
        challenges.oneTime() || connectorChallenges
            ? reader.optional(options.challengePassword(), challengeKey)
            : reader.required(options.challengePassword(), challengeKey);
    Optional<ConnectorSettings> connector =
        connectorChallenges ? connectorReader.read(name, challenge) : Optional.empty();
    Optional<RaFiles> ra =
        readRa(
            options,
            keyOf.apply(options.raCertPath()),
            keyOf.apply(options.raKey()),
            keyOf.apply(options.raKeyPassword()));
    if (issuerId.isPresent()
        && (challenge.isPresent() || challenges.oneTime() || connector.isPresent())) {
      profiles.add(
          new ScepProfileSettings(
              name,
              path,
              issuerId.get(),
              profileId,
              challenges.with(challenge, connector),
              ra,
              protocol,
              approval,
              renewal,
              clientCaBundle));
    }
  }

  /// The RA that the operator supplies: certificate and key, or neither.
  private Optional<RaFiles> readRa(
      ScepEndpointOptions options,
      String certificateKey,
      String privateKeyKey,
      String passwordKey) {
    Optional<Path> certificate = reader.optionalPath(options.raCertPath(), certificateKey);
    Optional<KeyLocation> privateKey =
        reader.optionalKey(options.raKey(), privateKeyKey, options.raKeyPassword(), passwordKey);
    if (certificate.isPresent() && privateKey.isPresent()) {
      registrationAuthorities.add(
          new PairOfFiles(
              new NamedFile(certificateKey, certificate.get()),
              new NamedKey(privateKeyKey, privateKey.get())));
      return Optional.of(new RaFiles(certificate.get(), privateKey.get()));
    }
    if (certificate.isPresent() && !settings.says(privateKeyKey)) {
      requirePartner(privateKeyKey, certificateKey);
    } else if (privateKey.isPresent() && !settings.says(certificateKey)) {
      requirePartner(certificateKey, privateKeyKey);
    }
    return Optional.empty();
  }

  private void requirePartner(String missing, String given) {
    problems.error(
        missing,
        "it is required, because " + given + " is set",
        "set both, or neither: then the CA makes the RA certificate and renews it in time");
  }

  /// When RA certificates are renewed, with problems noted.
  private RaSchedule raSchedule() {
    Duration lifetime = reader.value(RaOptions.LIFETIME);
    Duration renewBefore = reader.value(RaOptions.RENEW_BEFORE);
    Duration grace = reader.value(RaOptions.GRACE);
    if (renewBefore.compareTo(lifetime) >= 0) {
      problems.error(
          RaOptions.RENEW_BEFORE.name(),
          RaOptions.RENEW_BEFORE.type().display(renewBefore),
          "an RA certificate would be renewed as soon as it is made",
          "write less than " + RaOptions.LIFETIME.name());
      return RaSchedule.defaults();
    }
    return new RaSchedule(lifetime, renewBefore, grace);
  }

  private void warnOfSharedChallenges() {
    for (int i = 0; i < profiles.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (shareChallenge(profiles.get(i), profiles.get(j))) {
          problems.warning(
              Options.PROFILE.challengePassword().keyFor(profiles.get(i).name()),
              "it is the same as that of profile " + profiles.get(j).name(),
              "give each profile a challenge of its own");
          break;
        }
      }
    }
  }

  private static boolean shareChallenge(ScepProfileSettings one, ScepProfileSettings other) {
    Optional<Secret> challenge = one.challenges().password();
    return challenge.isPresent()
        && other.challenges().password().filter(challenge.get()::matches).isPresent();
  }
}
