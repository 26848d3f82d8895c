package org.certctl.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.config.Settings.Given;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.secret.Secret;

/// Reads the values of options, one by one, and notes every problem and every effective value.
final class OptionReader {

  private static final long MAX_SECRET_FILE_BYTES = 64 * 1024;

  private final Settings settings;
  private final Path dataDirectory;
  private final Problems problems;
  private final List<EffectiveValue> values = new ArrayList<>();
  private final Map<String, String> shared = new HashMap<>();
  private boolean reportMissing = true;
  private KeyEncryption encryption = KeyEncryption.none();

  OptionReader(Settings settings, Path dataDirectory, Problems problems) {
    this.settings = settings;
    this.dataDirectory = dataDirectory;
    this.problems = problems;
  }

  /// From now on, says nothing about required options that are not set.
  void tolerateMissing() {
    reportMissing = false;
  }

  /// The effective values of everything read so far, in the order of the catalogue, those of one
  /// profile together.
  List<EffectiveValue> values() {
    return values.stream()
        .sorted(Comparator.comparingInt(value -> Options.position(value.key())))
        .toList();
  }

  /// What was set so far and is to be the same on all nodes.
  SharedOptions shared() {
    return SharedOptions.of(shared);
  }

  /// Notes a value that was found in another way.
  void note(EffectiveValue value) {
    values.add(value);
  }

  /// The value of an option that has a default; the default too when what was given is invalid.
  <T> T value(Option<T> option) {
    return value(option, option.name());
  }

  /// The same, under the key of a profile.
  <T> T value(Option<T> option, String key) {
    return read(option, key)
        .or(option::defaultValue)
        .orElseThrow(() -> new IllegalStateException(key + " has no default"));
  }

  /// The value of an option that may be absent; absent too when what was given is invalid.
  <T> Optional<T> optional(Option<T> option, String key) {
    return read(option, key);
  }

  /// The value of an option that must be there; absent when it is missing or invalid.
  <T> Optional<T> required(Option<T> option, String key) {
    boolean given = settings.says(key) || (isSecret(option) && settings.says(fileKey(key)));
    if (!given && option.defaultValue().isEmpty() && reportMissing) {
      boolean empty = settings.get(key).isPresent();
      problems.error(
          key,
          empty ? "it is required, but empty" : "it is required, but not set",
          "set it " + hintFor(option) + "; certctl init makes a complete data directory");
    }
    return read(option, key);
  }

  private static String hintFor(Option<?> option) {
    return option.type().isSecret()
        ? "to a random text, or name a file with one in …" + Option.FILE_SUFFIX
        : "(for example to " + option.example() + ")";
  }

  /// The path that an option names, taken from the data directory.
  Path path(Option<Path> option) {
    return resolve(value(option));
  }

  /// The path that a required option names.
  Optional<Path> requiredPath(Option<Path> option, String key) {
    return required(option, key).map(this::resolve);
  }

  /// The path that an option names, if it names one.
  Optional<Path> optionalPath(Option<Path> option, String key) {
    return optional(option, key).map(this::resolve);
  }

  /// Where a key is, if the option says so, and what opens it.
  Optional<KeyLocation> optionalKey(
      Option<KeyLocation> option, String key, Option<Secret> password, String passwordKey) {
    Optional<Secret> opens = opens(password, passwordKey);
    return optional(option, key).map(location -> location.in(dataDirectory, opens, encryption));
  }

  /// Where a key is that must be somewhere, and what opens it.
  Optional<KeyLocation> requiredKey(Option<KeyLocation> option, Option<Secret> password) {
    Optional<Secret> opens = opens(password, password.name());
    return required(option, option.name())
        .map(location -> location.in(dataDirectory, opens, encryption));
  }

  /// What opens a key: as with the place of the key, each node may have its own.
  private Optional<Secret> opens(Option<Secret> password, String key) {
    Optional<Secret> opens = optional(password, key);
    shared.remove(key);
    return opens;
  }

  /// Reads the encryption key of the installation, with which keys are opened that are read after
  /// it.
  KeyEncryption encryption() {
    encryption =
        optional(KeyOptions.ENCRYPTION_KEY, KeyOptions.ENCRYPTION_KEY.name())
            .map(KeyEncryption::under)
            .orElseGet(KeyEncryption::none);
    return encryption;
  }

  /// Where the value of an option came from that was read before; absent for one that was not.
  Optional<Origin> origin(String key) {
    return values.stream()
        .filter(value -> value.key().equals(key))
        .map(EffectiveValue::origin)
        .findFirst();
  }

  /// The file that was named for a secret, if one was.
  Optional<Path> fileOfSecret(String key) {
    return settings
        .getAlongside(fileKey(key), key)
        .map(Given::text)
        .filter(text -> !text.isBlank())
        .map(text -> resolve(Path.of(text.strip())));
  }

  private Path resolve(Path path) {
    return dataDirectory.resolve(path).normalize();
  }

  private <T> Optional<T> read(Option<T> option, String key) {
    Optional<Given> given = isSecret(option) ? secret(key) : settings.get(key);
    Optional<T> value = given.flatMap(text -> parsed(option, key, text));
    Optional<T> effective = value.or(option::defaultValue);
    if (!Options.OF_ONE_NODE.contains(option)
        && effective.filter(OptionReader::isPlace).isEmpty()) {
      // Secrets as they are, all else as it is understood: 60s is 1m.
      value.ifPresent(
          each ->
              shared.put(
                  key,
                  isSecret(option)
                      ? given.map(Given::text).orElse("")
                      : option.type().display(each)));
    }
    values.add(
        new EffectiveValue(
            key,
            effective.map(option.type()::display).orElse(""),
            value.isPresent() ? given.map(Given::origin).orElse(Origin.DEFAULT) : Origin.DEFAULT));
    return effective;
  }

  /// Whether a value says where something is, which is compared by itself.
  private static boolean isPlace(Object value) {
    return value instanceof Path || value instanceof KeyLocation;
  }

  private <T> Optional<T> parsed(Option<T> option, String key, Given given) {
    boolean secret = isSecret(option);
    String text = secret ? given.text() : given.text().strip();
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      T value = option.type().read(text);
      if (secret && !text.equals(text.strip())) {
        problems.warning(
            key,
            "it begins or ends with white space, which counts",
            "remove it if it is not meant");
      }
      return Optional.of(value);
    } catch (InvalidValueException e) {
      if (secret) {
        problems.error(key, e.reason(), e.hint());
      } else {
        problems.error(key, option.type().shown(text), e.reason(), e.hint());
      }
      return Optional.empty();
    }
  }

  private static boolean isSecret(Option<?> option) {
    return option.type().isSecret();
  }

  private static String fileKey(String key) {
    return key + Option.FILE_SUFFIX;
  }

  private Optional<Given> secret(String key) {
    String fileKey = fileKey(key);
    Optional<Given> direct = settings.getAlongside(key, fileKey);
    Optional<Given> named =
        settings.getAlongside(fileKey, key).filter(given -> !given.text().isBlank());
    if (named.isEmpty()) {
      return direct;
    }
    if (direct.filter(given -> !given.text().isBlank()).isPresent()) {
      problems.error(fileKey, named.get().text(), key + " is set too", "set only one of the two");
      return Optional.empty();
    }
    return secretFrom(fileKey, named.get());
  }

  private Optional<Given> secretFrom(String fileKey, Given named) {
    String name = named.text().strip();
    try {
      Path file = resolve(Path.of(name));
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_SECRET_FILE_BYTES) {
        problems.error(
            fileKey, name, "there is no such file with a secret", "check the path and the mount");
        return Optional.empty();
      }
      String text = withoutLineEnd(Files.readString(file, StandardCharsets.UTF_8));
      if (text.isBlank()) {
        problems.error(fileKey, name, "the file is empty", "write the secret into it");
        return Optional.empty();
      }
      return Optional.of(new Given(text, named.origin()));
    } catch (IOException | InvalidPathException e) {
      problems.error(
          fileKey,
          name,
          "the file cannot be read as UTF-8 text",
          "give it to the user that certctl runs as");
      return Optional.empty();
    }
  }

  private static String withoutLineEnd(String text) {
    String shorter = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return shorter.endsWith("\r") ? shorter.substring(0, shorter.length() - 1) : shorter;
  }
}
