package org.certctl.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.certctl.notice.Notice;
import org.certctl.notice.webhook.WebhookSettings;
import org.certctl.secret.Secret;

/// The kinds of values that options of notices have.
final class NoticeValueTypes {

  private static final int MAX_THRESHOLDS = 10;
  private static final int MAX_RECIPIENTS = 50;
  private static final int MAX_URL_CHARS = 2048;
  private static final int MAX_TEXT_CHARS = 256;
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  /// A mailbox without a display name and without quoting (RFC 5321, section 4.1.2): nothing that
  /// could end a header or a command.
  private static final Pattern ADDRESS =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

  private NoticeValueTypes() {}

  static ValueType<List<Duration>> thresholds() {
    return ValueType.of(
        "durations such as `30d` or `12h`, separated by commas, 1m to 365d",
        NoticeValueTypes::thresholds,
        thresholds -> thresholds.stream().map(Notice::text).collect(Collectors.joining(",")));
  }

  private static List<Duration> thresholds(String text) throws InvalidValueException {
    List<Duration> thresholds = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Duration threshold =
          TimeSpan.parse(part.strip())
              .filter(time -> time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0)
              .orElseThrow(
                  () ->
                      new InvalidValueException(
                          "\"" + part.strip() + "\" is no duration from 1m to 365d",
                          "write for example 30d,14d,7d,1d"));
      thresholds.add(threshold);
    }
    if (thresholds.size() > MAX_THRESHOLDS
        || new HashSet<>(thresholds).size() != thresholds.size()) {
      throw new InvalidValueException(
          "there are more than " + MAX_THRESHOLDS + ", or one stands there twice",
          "write each once, for example 30d,14d,7d,1d");
    }
    return thresholds.stream().sorted(Comparator.reverseOrder()).toList();
  }

  /// A URL that may have a token in it.
  static ValueType<Secret> webhookUrl() {
    return ValueType.secret(
        "an `https` or `http` URL",
        text -> {
          if (text.length() > MAX_URL_CHARS || !WebhookSettings.isUsable(text)) {
            throw new InvalidValueException(
                "it is no http or https URL with a host, or has a user or a fragment",
                "write for example https://alerts.example.com/certctl");
          }
          return Secret.of(text);
        });
  }

  /// A password that somebody else chose: of any length.
  static ValueType<Secret> foreignSecret() {
    return ValueType.secret(
        "a secret",
        text -> {
          if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(
                "it has a control character in it", "check how it was copied");
          }
          return Secret.of(text);
        });
  }

  static ValueType<String> username() {
    return ValueType.of(
        "a text",
        text -> {
          if (text.length() > MAX_TEXT_CHARS || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(
                "it is longer than 256 characters or has a control character in it",
                "write the name that the mail server knows");
          }
          return text;
        },
        Function.identity());
  }

  static ValueType<String> address() {
    return ValueType.of("a mail address", NoticeValueTypes::address, Function.identity());
  }

  private static String address(String text) throws InvalidValueException {
    if (text.length() > 254 || !ADDRESS.matcher(text).matches()) {
      throw new InvalidValueException(
          "\"" + text + "\" is no mail address", "write only the address: pki@example.com");
    }
    return text;
  }

  static ValueType<List<String>> addresses() {
    return ValueType.of(
        "mail addresses separated by commas",
        text -> {
          List<String> addresses = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            addresses.add(address(part.strip()));
          }
          long different =
              addresses.stream().map(each -> each.toLowerCase(Locale.ROOT)).distinct().count();
          if (different != addresses.size() || different > MAX_RECIPIENTS) {
            throw new InvalidValueException(
                "an address stands there twice, or there are more than " + MAX_RECIPIENTS,
                "write each once; for many people use a list");
          }
          return List.copyOf(addresses);
        },
        addresses -> String.join(",", addresses));
  }
}
