package org.certctl.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.config.Options.ScepEndpointOptions;
import org.certctl.secret.Secret;

/// Reads what concerns SCEP: the profiles, or the older form with a single endpoint.
final class ScepReader {

  private final Settings settings;
  private final OptionReader reader;
  private final Problems problems;
  private final List<ScepProfileSettings> profiles = new ArrayList<>();
  private final List<PairOfFiles> registrationAuthorities = new ArrayList<>();

  ScepReader(Settings settings, OptionReader reader, Problems problems) {
    this.settings = settings;
    this.reader = reader;
    this.problems = problems;
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
    Optional<String> ndesProfile =
        reader
            .optional(Options.SCEP_NDES_PROFILE, Options.SCEP_NDES_PROFILE.name())
            .map(name -> name.toLowerCase(Locale.ROOT));
    int failures = reader.value(Options.SCEP_CHALLENGE_FAILURES_PER_MINUTE);
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
        ndesProfile,
        failures,
        enabled ? profiles : List.of());
  }

  /// The RA of every profile whose files are known, whatever else is wrong with the profile.
  List<PairOfFiles> registrationAuthorities() {
    return List.copyOf(registrationAuthorities);
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
            + Option.profilePrefix(firstProfile)
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
    readEndpoint(
        name, ScepProfileSettings.ROOT_PATH + "/" + name, Options.PROFILE, keyOf, protocol(name));
  }

  private ScepProtocolSettings protocol(String name) {
    return new ScepProtocolSettings(
        reader.value(Options.ALGORITHM_POLICY, Options.ALGORITHM_POLICY.keyFor(name)),
        reader.value(Options.CHAIN_IN_REPLY, Options.CHAIN_IN_REPLY.keyFor(name)),
        reader.value(Options.FAIL_INFO_TEXT, Options.FAIL_INFO_TEXT.keyFor(name)));
  }

  private void readSingle() {
    readEndpoint(
        ScepProfileSettings.SINGLE_NAME,
        ScepProfileSettings.ROOT_PATH,
        Options.SINGLE,
        Option::name,
        ScepProtocolSettings.defaults());
  }

  private void readEndpoint(
      String name,
      String path,
      ScepEndpointOptions options,
      Function<Option<?>, String> keyOf,
      ScepProtocolSettings protocol) {
    Optional<String> issuerId =
        reader.required(options.issuerId(), keyOf.apply(options.issuerId()));
    String profileId = reader.value(options.profileId(), keyOf.apply(options.profileId()));
    String challengeKey = keyOf.apply(options.challengePassword());
    Optional<Secret> challenge = reader.required(options.challengePassword(), challengeKey);
    String certificateKey = keyOf.apply(options.raCertPath());
    Optional<Path> certificate = reader.requiredPath(options.raCertPath(), certificateKey);
    String privateKeyKey = keyOf.apply(options.raKeyPath());
    Optional<Path> privateKey = reader.requiredPath(options.raKeyPath(), privateKeyKey);
    if (certificate.isPresent() && privateKey.isPresent()) {
      registrationAuthorities.add(
          new PairOfFiles(
              new NamedFile(certificateKey, certificate.get()),
              new NamedFile(privateKeyKey, privateKey.get())));
      if (issuerId.isPresent() && challenge.isPresent()) {
        profiles.add(
            new ScepProfileSettings(
                name,
                path,
                issuerId.get(),
                profileId,
                challenge.get(),
                certificate.get(),
                privateKey.get(),
                protocol));
      }
    }
  }

  private void warnOfSharedChallenges() {
    for (int i = 0; i < profiles.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (profiles.get(i).challengePassword().matches(profiles.get(j).challengePassword())) {
          problems.warning(
              Options.PROFILE.challengePassword().keyFor(profiles.get(i).name()),
              "it is the same as that of profile " + profiles.get(j).name(),
              "give each profile a challenge of its own");
          break;
        }
      }
    }
  }
}
