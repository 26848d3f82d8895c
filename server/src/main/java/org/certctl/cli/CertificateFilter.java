package org.certctl.cli;

import java.math.BigInteger;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.certctl.config.TimeSpan;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.CertificateSearch.Expiry;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which certificates are wanted; all that are given must be met.
final class CertificateFilter {

  private static final char ANY_ENDING = '*';

  @Option(
      names = "--serial",
      paramLabel = "HEX",
      description = "Only this serial number: hexadecimal, in either case, with colons or without.")
  private @Nullable String serial;

  @Option(
      names = "--fingerprint",
      paramLabel = "HEX",
      description = "Only the certificate with this SHA-256 fingerprint.")
  private @Nullable String fingerprint;

  @Option(
      names = "--subject",
      paramLabel = "TEXT",
      description =
          "Only this common name or whole subject, in either case; with * at its end, what begins"
              + " with it.")
  private @Nullable String subject;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Only this subject alternative name, in either case: host.example, dns:host.example,"
              + " email:..., uri:..., ip:... or upn:...")
  private @Nullable String name;

  @Option(names = "--device", paramLabel = "NAME", description = "Only this device.")
  private @Nullable String device;

  @Option(
      names = "--transaction",
      paramLabel = "ID",
      description = "Only this SCEP transaction, as cert show writes it.")
  private @Nullable String transaction;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only this state: valid, held, revoked, expired or superseded.")
  private @Nullable String state;

  @Option(
      names = "--expires-after",
      paramLabel = "TIME",
      description =
          "Only what ends at this time or later: 2026-03-01, 2026-03-01T12:00:00Z, or in so long:"
              + " 24h, 30d.")
  private @Nullable String expiresAfter;

  @Option(
      names = "--expires-before",
      paramLabel = "TIME",
      description = "Only what ends before this time.")
  private @Nullable String expiresBefore;

  @Option(names = "--endpoint", paramLabel = "NAME", description = "Only this SCEP profile.")
  private @Nullable String endpoint;

  @Option(
      names = "--issuer",
      paramLabel = "ID",
      description = "Only this issuer, such as iss-local.")
  private @Nullable String issuer;

  /// Made by picocli.
  CertificateFilter() {}

  CertificateSearch search(Clock clock) throws CommandFailedException {
    Instant now = clock.instant();
    List<Criterion> criteria = new ArrayList<>();
    if (serial != null) {
      criteria.add(new CertificateSearch.Serial(serialNumber(serial)));
    }
    if (fingerprint != null) {
      criteria.add(new CertificateSearch.Fingerprint(digest(fingerprint)));
    }
    if (subject != null) {
      criteria.add(subject(filled("--subject", subject)));
    }
    if (name != null) {
      criteria.add(new CertificateSearch.AltName(filled("--name", name)));
    }
    if (device != null) {
      criteria.add(new CertificateSearch.Device(filled("--device", device)));
    }
    if (transaction != null) {
      criteria.add(new CertificateSearch.Transaction(filled("--transaction", transaction)));
    }
    if (state != null) {
      criteria.add(new CertificateSearch.InState(state(state), now));
    }
    if (expiresAfter != null || expiresBefore != null) {
      criteria.add(
          new Expiry(
              expiresAfter == null ? Expiry.MIN : time("--expires-after", expiresAfter, now),
              expiresBefore == null ? Expiry.MAX : time("--expires-before", expiresBefore, now)));
    }
    if (endpoint != null) {
      criteria.add(new CertificateSearch.Endpoint(filled("--endpoint", endpoint)));
    }
    if (issuer != null) {
      criteria.add(new CertificateSearch.IssuedBy(filled("--issuer", issuer)));
    }
    return new CertificateSearch(criteria);
  }

  private static SerialNumber serialNumber(String text) throws CommandFailedException {
    String digits = hex(text);
    if (digits.matches("[0-9a-f]{1,40}")) {
      BigInteger value = new BigInteger(digits, 16);
      if (SerialNumber.isPossible(value)) {
        return new SerialNumber(value);
      }
    }
    throw CommandFailedException.usage(
        "--serial must be a whole serial number in hexadecimal, such as 0a1b2c3d; its first digits"
            + " are enough for: certctl cert show");
  }

  private static Sha256 digest(String text) throws CommandFailedException {
    String digits = hex(text);
    if (!digits.matches("[0-9a-f]{64}")) {
      throw CommandFailedException.usage(
          "--fingerprint must be the 64 hexadecimal digits that openssl x509 -fingerprint -sha256"
              + " prints");
    }
    return Sha256.ofDigest(HexFormat.of().parseHex(digits));
  }

  private static String hex(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT).replace(":", "");
    return plain.startsWith("0x") ? plain.substring(2) : plain;
  }

  private static Criterion subject(String text) throws CommandFailedException {
    if (text.charAt(text.length() - 1) != ANY_ENDING) {
      return new CertificateSearch.Subject(text);
    }
    try {
      return new CertificateSearch.SubjectPrefix(text.substring(0, text.length() - 1));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage("--subject must have something before the *");
    }
  }

  private static CertificateSearch.State state(String text) throws CommandFailedException {
    return Arrays.stream(CertificateSearch.State.values())
        .filter(known -> known.wireValue().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailedException.usage(
                    "--state must be one of "
                        + Arrays.stream(CertificateSearch.State.values())
                            .map(CertificateSearch.State::wireValue)
                            .collect(Collectors.joining(", "))));
  }

  private static String filled(String option, String text) throws CommandFailedException {
    if (text.isBlank()) {
      throw CommandFailedException.usage(option + " must not be empty");
    }
    return text.strip();
  }

  private static Instant time(String option, String text, Instant now)
      throws CommandFailedException {
    Optional<Duration> ahead = TimeSpan.parse(text);
    if (ahead.isPresent()) {
      return now.plus(ahead.get());
    }
    try {
      return DateOrTime.parse(text);
    } catch (DateTimeException e) {
      throw CommandFailedException.usage(
          option + " must be like 2026-03-01, 2026-03-01T12:00:00Z or 30d");
    }
  }
}
