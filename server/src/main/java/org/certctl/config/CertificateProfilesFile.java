package org.certctl.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Certificate profiles in a JSON file: for each profile an object with the options of profiles in
/// lower case. A text, a number, true or false stands for itself, an array for its elements with
/// commas between.
///
/// @param names the profiles, in their order
/// @param texts what is given for the key of each option
record CertificateProfilesFile(List<String> names, Map<String, String> texts) {

  private static final long MAX_BYTES = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /// No profiles.
  static CertificateProfilesFile empty() {
    return new CertificateProfilesFile(List.of(), Map.of());
  }

  /// Reads a file, with problems noted; the profiles that can be read.
  static CertificateProfilesFile read(Path file, Problems problems) {
    String key = CertificateProfileOptions.FILE.name();
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        problems.error(key, file.toString(), "there is no such file below 1 MiB", "check the path");
        return empty();
      }
      return of(JSON.readTree(Files.readString(file)), file, problems);
    } catch (IOException e) {
      problems.error(
          key,
          file.toString(),
          "the file cannot be read as UTF-8 text",
          "give it to the user that certctl runs as");
    } catch (JacksonException e) {
      problems.error(
          key,
          file.toString(),
          "it is no JSON: " + e.getOriginalMessage() + at(e.getLocation()),
          "every profile and every option may stand there once");
    }
    return empty();
  }

  private static String at(@Nullable TokenStreamLocation location) {
    return location == null ? "" : ", line " + location.getLineNr();
  }

  private static CertificateProfilesFile of(JsonNode root, Path file, Problems problems) {
    String key = CertificateProfileOptions.FILE.name();
    List<String> names = new ArrayList<>();
    Map<String, String> texts = new HashMap<>();
    if (!root.isObject()) {
      problems.error(key, file.toString(), "it is no object", "write {\"wifi\": {…}}");
      return empty();
    }
    for (Map.Entry<String, JsonNode> profile : root.properties()) {
      Optional<String> name = name(profile.getKey());
      if (name.isEmpty() || !profile.getValue().isObject()) {
        problems.error(
            key,
            file.toString(),
            "\"" + profile.getKey() + "\" is no profile",
            "its name has a-z, 0-9 and inner hyphens, and its options are an object");
        continue;
      }
      names.add(name.get());
      for (Map.Entry<String, JsonNode> option : profile.getValue().properties()) {
        String optionKey =
            Section.CERTIFICATE_PROFILE.prefix(name.get())
                + option.getKey().toUpperCase(Locale.ROOT);
        Optional<String> text = text(option.getValue());
        if (text.isPresent()) {
          texts.put(optionKey, text.get());
        } else {
          problems.error(
              optionKey,
              "in " + file + " it is neither a text, a number, true, false nor an array of these",
              "write for example \"90d\" or [\"dns\", \"upn\"]");
        }
      }
    }
    return new CertificateProfilesFile(List.copyOf(names), Map.copyOf(texts));
  }

  private static Optional<String> name(String text) {
    try {
      return Optional.of(ValueTypes.profileNames().read(text))
          .filter(names -> names.size() == 1 && names.getFirst().equals(text))
          .map(List::getFirst);
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode value) {
    if (value.isString() || value.isIntegralNumber() || value.isBoolean()) {
      return Optional.of(value.asString());
    }
    if (!value.isArray()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode part : value) {
      if (!part.isString() && !part.isIntegralNumber()) {
        return Optional.empty();
      }
      parts.add(part.asString());
    }
    return Optional.of(String.join(",", parts));
  }
}
