package org.certctl.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.notice.Notice.IssuedCertificate;
import org.certctl.notice.Notice.IssuedGroup;
import org.certctl.notice.Notice.ServerCertificate;
import org.certctl.notice.Notice.Use;

/// Notices for tests.
public final class Notices {

  /// The present.
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

  /// A target without an address.
  public static final Target WEBHOOK = new Target("webhook", "");

  /// One with an address.
  public static final Target ALICE = new Target("mail", "alice@example.com");

  /// Another one.
  public static final Target BOB = new Target("mail", "bob@example.com");

  private Notices() {}

  /// One of a certificate of the server.
  public static Notice server(String id) {
    return server(id, "CN=scep.example.com,O=Größe");
  }

  /// The same with this subject.
  public static Notice server(String id, String subject) {
    return new Notice(
        id,
        NOW,
        "pki.example.com",
        NoticeKind.SERVER_CERTIFICATE,
        List.of(
            new ServerCertificate(
                List.of(new Use("tls", "server"), new Use("tls-chain", "server")),
                subject,
                "0a0b",
                "ff".repeat(32),
                NOW.plus(Duration.ofDays(7)),
                Optional.of(Duration.ofDays(7)))),
        List.of(),
        0);
  }

  /// One of issued certificates.
  public static Notice issued(String id) {
    return new Notice(
        id,
        NOW,
        "pki.example.com",
        NoticeKind.ISSUED_CERTIFICATES,
        List.of(),
        List.of(
            new IssuedGroup(
                "wifi",
                Duration.ofDays(1),
                3,
                List.of(
                    new IssuedCertificate(
                        "CN=laptop",
                        "device-7",
                        "iss-local",
                        "0c",
                        NOW.plus(Duration.ofHours(20)))))),
        0);
  }
}
