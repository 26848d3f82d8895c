package org.certctl.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds keys that mean nothing here, and says what was probably meant. Values are never shown: a
/// mistyped key may well carry a secret.
final class UnknownKeys {

  private static final String PROFILE_START = "CERTCTL_SCEP_PROFILE_";

  private final @Nullable List<String> profileNames;
  private final Set<String> known = new TreeSet<>();
  private final List<Option<?>> perProfile;
  private final Problems problems;

  /// @param profileNames the names in CERTCTL_SCEP_PROFILES; absent when they could not be read
  UnknownKeys(Optional<List<String>> profileNames, Problems problems) {
    this.profileNames = profileNames.orElse(null);
    this.problems = problems;
    perProfile = Options.ALL.stream().filter(Option::isPerProfile).toList();
    for (Option<?> option : Options.ALL) {
      if (!option.isPerProfile()) {
        addKnown(option, option.name());
      } else {
        profileNames.orElse(List.of()).forEach(name -> addKnown(option, option.keyFor(name)));
      }
    }
  }

  private void addKnown(Option<?> option, String key) {
    known.add(key);
    if (option.type().isSecret()) {
      known.add(key + Option.FILE_SUFFIX);
    }
  }

  /// Reports every key that is not known.
  void report(Set<String> keys) {
    for (String key : keys) {
      if (!known.contains(key)) {
        report(key);
      }
    }
  }

  private void report(String key) {
    Optional<String> belowProfile = undeclaredProfile(key);
    if (belowProfile.isPresent()) {
      if (profileNames != null) {
        problems.error(
            key,
            "there is no profile for it in CERTCTL_SCEP_PROFILES",
            profileHint(key, belowProfile.get()));
      }
      return;
    }
    problems.error(key, "there is no such option", hint(key));
  }

  private String hint(String key) {
    Optional<String> nearest = EditDistance.nearest(key.toUpperCase(Locale.ROOT), known);
    if (key.endsWith(Option.FILE_SUFFIX)) {
      String bare = key.substring(0, key.length() - Option.FILE_SUFFIX.length());
      if (known.contains(bare)) {
        return "only secrets may come from a file of their own; set " + bare;
      }
    }
    if (nearest.isPresent()) {
      return "did you mean " + nearest.get() + "?";
    }
    for (Option<?> option : perProfile) {
      if (key.equals("CERTCTL_SCEP_" + option.name())) {
        return "it belongs to a profile: " + option.documentedKey();
      }
    }
    return "certctl config reference lists all options";
  }

  /// What stands for the profile's name in a key that looks like one of a profile and ends in a
  /// known option, when no configured profile has that name.
  private Optional<String> undeclaredProfile(String key) {
    if (!key.startsWith(PROFILE_START) || startsWithConfiguredProfile(key)) {
      return Optional.empty();
    }
    String rest = key.substring(PROFILE_START.length());
    String bare =
        rest.endsWith(Option.FILE_SUFFIX)
            ? rest.substring(0, rest.length() - Option.FILE_SUFFIX.length())
            : rest;
    return perProfile.stream()
        .map(option -> "_" + option.name())
        .filter(suffix -> bare.endsWith(suffix) && bare.length() > suffix.length())
        .max(Comparator.comparingInt(String::length))
        .map(suffix -> bare.substring(0, bare.length() - suffix.length()));
  }

  private boolean startsWithConfiguredProfile(String key) {
    return profileNames != null
        && profileNames.stream().anyMatch(name -> key.startsWith(Option.profilePrefix(name)));
  }

  private String profileHint(String key, String namePart) {
    String name = namePart.toLowerCase(Locale.ROOT).replace('_', '-');
    return EditDistance.nearest(key, known)
            .map(nearest -> "did you mean " + nearest + "? Otherwise add ")
            .orElse("add ")
        + name
        + " to CERTCTL_SCEP_PROFILES, or remove the key";
  }
}
