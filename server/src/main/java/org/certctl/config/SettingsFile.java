package org.certctl.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The file `certctl.env`: lines `KEY=VALUE`, empty lines, and lines that begin with `#`.
///
/// A value may stand in single quotes, taken as it is, or in double quotes, where `\"` and `\\`
/// stand for a quote and a backslash. An unquoted value reaches to the end of the line without the
/// white space around it.
final class SettingsFile {

  private static final long MAX_SIZE_BYTES = 256 * 1024;
  private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern COMMENT_BEHIND_VALUE = Pattern.compile("\\s#");

  private final TreeMap<String, String> values = new TreeMap<>();

  private boolean readable = true;

  private SettingsFile() {}

  /// No settings at all.
  static SettingsFile empty() {
    return new SettingsFile();
  }

  /// Reads a file; an absent file is an empty one. Problems never quote a line, which may hold a
  /// secret.
  static SettingsFile read(Path file, Problems problems) {
    SettingsFile settings = new SettingsFile();
    if (!Files.exists(file)) {
      return settings;
    }
    @Nullable String text = textOf(file, problems);
    if (text == null) {
      settings.readable = false;
      return settings;
    }
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      settings.take(line.strip(), file + ", line " + number, problems);
    }
    settings.requireClosed(file, problems);
    return settings;
  }

  /// Whether it could be read; what is not in it may otherwise have been set all the same.
  boolean isReadable() {
    return readable;
  }

  private static @Nullable String textOf(Path file, Problems problems) {
    try {
      if (Files.size(file) > MAX_SIZE_BYTES) {
        problems.error(file.toString(), "the file is too large", "keep it under 256 KiB");
        return null;
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      problems.error(file.toString(), "the file is not UTF-8 text", "save it as UTF-8");
      return null;
    } catch (IOException e) {
      problems.error(
          file.toString(),
          "the file cannot be read",
          "give it to the user that certctl runs as: chown USER " + file);
      return null;
    }
  }

  private void take(String line, String place, Problems problems) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    int equals = line.indexOf('=');
    String key = equals < 0 ? "" : line.substring(0, equals).strip();
    if (!KEY.matcher(key).matches()) {
      problems.error(place, "the line is not KEY=VALUE", "write KEY=VALUE, or # before a comment");
      return;
    }
    try {
      String value = unquoted(line.substring(equals + 1).strip());
      if (values.putIfAbsent(key, value) != null) {
        problems.error(key, "it stands twice in the file (" + place + ")", "remove one of them");
      }
    } catch (InvalidValueException e) {
      problems.error(key, e.reason() + " (" + place + ")", e.hint());
    }
  }

  private static String unquoted(String text) throws InvalidValueException {
    if (text.startsWith("'")) {
      if (text.length() < 2 || text.indexOf('\'', 1) != text.length() - 1) {
        throw new InvalidValueException(
            "the single quotes do not close at the end of the line",
            "write '...' with no single quote inside and nothing behind");
      }
      return text.substring(1, text.length() - 1);
    }
    if (text.startsWith("\"")) {
      return insideDoubleQuotes(text);
    }
    if (text.startsWith("#") || COMMENT_BEHIND_VALUE.matcher(text).find()) {
      throw new InvalidValueException(
          "a # behind white space may begin a comment or belong to the value",
          "put the value in single quotes, or the comment on a line of its own");
    }
    return text;
  }

  private static String insideDoubleQuotes(String text) throws InvalidValueException {
    StringBuilder value = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        if (i == text.length() - 1) {
          return value.toString();
        }
        break;
      }
      if (c == '\\' && i + 1 < text.length() && "\"\\".indexOf(text.charAt(i + 1)) >= 0) {
        i++;
        c = text.charAt(i);
      }
      value.append(c);
    }
    throw new InvalidValueException(
        "the double quotes do not close at the end of the line",
        "write \"...\" with \\\" for a quote inside and nothing behind");
  }

  private void requireClosed(Path file, Problems problems) {
    if (values.keySet().stream().noneMatch(SettingsFile::mayBeSecret)) {
      return;
    }
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        problems.error(
            file.toString(),
            "it holds secrets, and everyone on this machine may use it",
            "close it: chmod 600 " + file);
      } else if (permissions.contains(PosixFilePermission.GROUP_READ)
          || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
        problems.warning(
            file.toString(),
            "it holds secrets, and its group may use it",
            "close it unless that is meant: chmod 600 " + file);
      }
    } catch (UnsupportedOperationException | IOException e) {
      // No POSIX modes here: access is ruled by other means.
      return;
    }
  }

  private static boolean mayBeSecret(String key) {
    return Options.ALL.stream()
        .filter(option -> option.type().isSecret())
        .anyMatch(option -> key.endsWith(option.name()));
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  Iterable<String> keys() {
    return values.navigableKeySet();
  }

  @Override
  public String toString() {
    return "SettingsFile" + values.navigableKeySet();
  }
}
