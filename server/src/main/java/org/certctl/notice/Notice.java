package org.certctl.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.certctl.pki.Names;

/// What is told, whichever way it goes out. All texts are one line of at most {@link
/// #MAX_TEXT_CHARS} characters without control characters: names in certificates are what devices
/// wrote.
///
/// @param id tells it from all others, and a repeat of it as one: 8 to 64 of `a-z`, `0-9` and `-`
/// @param at when it was made
/// @param server the name of this server
/// @param kind what it is about
/// @param serverCertificates one for {@link NoticeKind#SERVER_CERTIFICATE}, all of them for a
///   digest
/// @param issued groups of issued certificates
/// @param undelivered how many notices could not be delivered and wait for somebody, for a digest
public record Notice(
    String id,
    Instant at,
    String server,
    NoticeKind kind,
    List<ServerCertificate> serverCertificates,
    List<IssuedGroup> issued,
    long undelivered) {

  /// The longest text in a notice.
  public static final int MAX_TEXT_CHARS = 200;

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{8,64}");

  /// What a certificate is used for.
  ///
  /// @param kind `ca`, `ca-chain`, `ra`, `ocsp`, `tls`, `tls-chain`, `connector`, `client-ca` or
  ///   `upper-crl`
  /// @param name tells it from others of its kind: an issuer, a profile
  public record Use(String kind, String name) {
    /// Makes the texts safe.
    public Use {
      kind = line(kind);
      name = line(name);
    }
  }

  /// A certificate of the server, or one that it trusts.
  ///
  /// @param uses at least one
  /// @param serialNumber lower-case hexadecimal
  /// @param fingerprint SHA-256 of the certificate, hexadecimal
  /// @param threshold which threshold it has come under; absent in a digest
  public record ServerCertificate(
      List<Use> uses,
      String subject,
      String serialNumber,
      String fingerprint,
      Instant notAfter,
      Optional<Duration> threshold) {
    /// Makes the texts safe.
    public ServerCertificate {
      uses = List.copyOf(uses);
      subject = line(subject);
    }
  }

  /// Issued certificates of one profile that have come under one threshold; in a digest, all that
  /// end within it.
  ///
  /// @param profile the endpoint that issued them
  /// @param threshold the threshold
  /// @param count how many there are
  /// @param first some of them, those that end first; the others are only counted
  public record IssuedGroup(
      String profile, Duration threshold, long count, List<IssuedCertificate> first) {
    /// Makes the texts safe.
    public IssuedGroup {
      profile = line(profile);
      first = List.copyOf(first);
    }
  }

  /// One issued certificate.
  ///
  /// @param serialNumber lower-case hexadecimal
  /// @param device what the device is called; empty when nobody said
  public record IssuedCertificate(
      String subject, String device, String issuerId, String serialNumber, Instant notAfter) {
    /// Makes the texts safe.
    public IssuedCertificate {
      subject = line(subject);
      device = line(device);
      issuerId = line(issuerId);
    }
  }

  /// @throws IllegalArgumentException when the id has another form
  public Notice {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not the id of a notice");
    }
    server = line(server);
    serverCertificates = List.copyOf(serverCertificates);
    issued = List.copyOf(issued);
  }

  /// One for trying the way out.
  public static Notice test(String id, Instant at, String server) {
    return new Notice(id, at, server, NoticeKind.TEST, List.of(), List.of(), 0);
  }

  /// The notice in one line.
  public String summary() {
    return switch (kind) {
      case SERVER_CERTIFICATE -> summary(serverCertificates.getFirst());
      case ISSUED_CERTIFICATES -> {
        long count = issued.stream().mapToLong(IssuedGroup::count).sum();
        yield count == 1
            ? "1 issued certificate ends soon"
            : String.format(Locale.ROOT, "%d issued certificates end soon", count);
      }
      case DIGEST -> "how its certificates stand";
      case TEST -> "a test notice";
    };
  }

  private String summary(ServerCertificate certificate) {
    Use use = certificate.uses().getFirst();
    String what =
        use.kind() + (use.kind().endsWith("crl") ? "" : " certificate") + " (" + use.name() + ")";
    Duration left = Duration.between(at, certificate.notAfter());
    return left.isNegative()
        ? "the " + what + " has expired"
        : "the " + what + " ends in " + roughly(left);
  }

  /// A length of time for people: days, or hours, or minutes, rounded down.
  public static String roughly(Duration time) {
    if (time.toHours() >= 48) {
      return time.toDays() + " days";
    }
    if (time.toMinutes() >= 120) {
      return time.toHours() + " hours";
    }
    return time.toMinutes() == 1 ? "1 minute" : time.toMinutes() + " minutes";
  }

  /// A threshold as operators write it: `30d`, `12h`.
  public static String text(Duration threshold) {
    if (threshold.toSeconds() % 86_400 == 0) {
      return threshold.toDays() + "d";
    }
    return threshold.toSeconds() % 3600 == 0
        ? threshold.toHours() + "h"
        : threshold.toMinutes() + "m";
  }

  private static String line(String text) {
    String clean = Names.printable(text);
    return clean.codePointCount(0, clean.length()) <= MAX_TEXT_CHARS
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, MAX_TEXT_CHARS - 1)) + "…";
  }
}
