package org.certctl.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds keys that mean nothing here, and says what was probably meant. Values are never shown: a
/// mistyped key may well carry a secret.
final class UnknownKeys {

  /// Options of which each of many profiles has its own.
  ///
  /// @param section the options
  /// @param list the option with the names of the profiles
  /// @param names the names; absent when they could not be read
  record Family(Section section, Option<?> list, Optional<List<String>> names) {}

  private final List<Family> families;
  private final Set<String> known = new TreeSet<>();
  private final List<Option<?>> perProfile;
  private final Problems problems;

  UnknownKeys(List<Family> families, Problems problems) {
    this.families = List.copyOf(families);
    this.problems = problems;
    perProfile = Options.ALL.stream().filter(Option::isPerProfile).toList();
    for (Option<?> option : Options.ALL) {
      if (!option.isPerProfile()) {
        addKnown(option, option.name());
      }
    }
    for (Family family : families) {
      for (String name : family.names().orElse(List.of())) {
        of(family).forEach(option -> addKnown(option, option.keyFor(name)));
      }
    }
  }

  private List<Option<?>> of(Family family) {
    return perProfile.stream().filter(option -> option.section() == family.section()).toList();
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
    for (Family family : families) {
      Optional<String> belowProfile = undeclaredProfile(key, family);
      if (belowProfile.isPresent()) {
        if (family.names().isPresent()) {
          problems.error(
              key,
              "there is no profile for it in " + family.list().name(),
              profileHint(key, belowProfile.get(), family));
        }
        return;
      }
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
  private Optional<String> undeclaredProfile(String key, Family family) {
    if (!key.startsWith(family.section().start()) || startsWithConfiguredProfile(key, family)) {
      return Optional.empty();
    }
    String rest = key.substring(family.section().start().length());
    String bare =
        rest.endsWith(Option.FILE_SUFFIX)
            ? rest.substring(0, rest.length() - Option.FILE_SUFFIX.length())
            : rest;
    return of(family).stream()
        .map(option -> "_" + option.name())
        .filter(suffix -> bare.endsWith(suffix) && bare.length() > suffix.length())
        .max(Comparator.comparingInt(String::length))
        .map(suffix -> bare.substring(0, bare.length() - suffix.length()));
  }

  private static boolean startsWithConfiguredProfile(String key, Family family) {
    return family
        .names()
        .filter(
            names -> names.stream().anyMatch(name -> key.startsWith(family.section().prefix(name))))
        .isPresent();
  }

  private String profileHint(String key, String namePart, Family family) {
    String name = namePart.toLowerCase(Locale.ROOT).replace('_', '-');
    return EditDistance.nearest(key, known)
            .map(nearest -> "did you mean " + nearest + "? Otherwise add ")
            .orElse("add ")
        + name
        + " to "
        + family.list().name()
        + ", or remove the key";
  }
}
