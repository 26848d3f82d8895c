package org.certctl.notice.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.notice.mail.TestMailServer.PASSWORD;
import static org.certctl.notice.mail.TestMailServer.USERNAME;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.certctl.notice.DeliveryResult;
import org.certctl.notice.DeliveryResult.Delivered;
import org.certctl.notice.DeliveryResult.Refused;
import org.certctl.notice.DeliveryResult.TryLater;
import org.certctl.notice.Notice;
import org.certctl.notice.Notices;
import org.certctl.notice.Target;
import org.certctl.notice.mail.MailSettings.Credentials;
import org.certctl.notice.mail.MailSettings.Encryption;
import org.certctl.outbound.ServerTrust;
import org.certctl.outbound.TestTls;
import org.certctl.outbound.TlsTrust;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class MailNotifierTest {

  private static final Clock CLOCK = Clock.fixed(Notices.NOW, ZoneOffset.UTC);
  private static final MailNotifier.Timeouts TIMEOUTS =
      new MailNotifier.Timeouts(
          Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60));
  private static final Optional<Credentials> LOGIN =
      Optional.of(new Credentials(USERNAME, Secret.of(PASSWORD)));
  private static final ServerTrust PUBLIC = new ServerTrust.PublicAuthorities();

  private static MailSettings settings(int port, Optional<Credentials> login, boolean tls) {
    return settings(port, login, Encryption.of(tls, port));
  }

  private static MailSettings settings(
      int port, Optional<Credentials> login, Encryption encryption) {
    return new MailSettings(
        "127.0.0.1",
        port,
        login,
        "certctl@pki.example.com",
        encryption,
        List.of(Notices.ALICE.address(), Notices.BOB.address()));
  }

  private static DeliveryResult send(MailSettings settings, ServerTrust trust, Notice notice) {
    return send(settings, trust, notice, TIMEOUTS);
  }

  private static DeliveryResult send(
      MailSettings settings, ServerTrust trust, Notice notice, MailNotifier.Timeouts timeouts) {
    return new MailNotifier(settings, TlsTrust.sockets(trust), timeouts, CLOCK)
        .deliver(notice, Notices.ALICE);
  }

  @Test
  void sendsPlainTextToOneRecipientBehindTlsAndLogin() throws Exception {
    TestTls tls = TestTls.at("127.0.0.1");
    try (TestMailServer server = TestMailServer.startTls(tls)) {
      assertThat(
              send(settings(server.port(), LOGIN, true), tls.trust(), Notices.server("notice-1")))
          .isEqualTo(new Delivered());

      assertThat(server.logins).containsExactly(USERNAME);
      var mail = server.received.getFirst();
      assertThat(server.received).hasSize(1);
      assertThat(mail.from()).isEqualTo("certctl@pki.example.com");
      assertThat(mail.to()).isEqualTo("alice@example.com");
      var message = mail.message();
      assertThat(message.getAllRecipients()).hasSize(1);
      assertThat(message.getSubject())
          .isEqualTo("[certctl] pki.example.com: the tls certificate (server) ends in 7 days");
      assertThat(message.getMessageID()).isEqualTo("<notice-1@pki.example.com>");
      assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(message.getContentType()).startsWith("text/plain; charset=UTF-8");
      assertThat(message.getSentDate())
          .isEqualTo(Notices.NOW.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
      assertThat(message.getContent().toString().replace("\r\n", "\n"))
          .contains("  used for       tls server\n")
          .contains("  subject        CN=scep.example.com,O=Größe\n")
          .contains("  ends           2026-03-08T12:00:00Z, in 7 days\n");
    }
  }

  @Test
  void speaksTlsFromTheFirstOctetToThoseWhoAreTrusted() throws Exception {
    TestTls tls = TestTls.at("127.0.0.1");
    try (TestMailServer server = TestMailServer.implicitTls(tls)) {
      MailSettings settings = settings(server.port(), LOGIN, Encryption.IMPLICIT_TLS);
      assertThat(send(settings, tls.trust(), Notices.server("notice-1")))
          .isEqualTo(new Delivered());
      assertThat(server.logins).containsExactly(USERNAME);
      assertThat(server.received).hasSize(1);

      for (ServerTrust stranger : List.of(PUBLIC, TestTls.at("127.0.0.1").trust())) {
        assertThat(send(settings, stranger, Notices.server("notice-2")))
            .isInstanceOf(TryLater.class);
      }
      TestTls otherName = TestTls.at("127.0.0.2");
      try (TestMailServer other = TestMailServer.implicitTls(otherName)) {
        assertThat(
                send(
                    settings(other.port(), LOGIN, Encryption.IMPLICIT_TLS),
                    otherName.trust(),
                    Notices.server("notice-3")))
            .isInstanceOf(TryLater.class);
        assertThat(other.logins).isEmpty();
      }
      assertThat(server.logins).as("no password for the distrusted").hasSize(1);
      assertThat(server.received).hasSize(1);
    }
  }

  @Test
  void issuedCertificatesAreListedAndTheOthersCounted() throws Exception {
    try (TestMailServer server = TestMailServer.plain()) {
      send(settings(server.port(), Optional.empty(), false), PUBLIC, Notices.issued("notice-1"));
      assertThat(server.received.getFirst().message().getContent().toString().replace("\r\n", "\n"))
          .contains("Profile wifi, threshold 1d: 3\n")
          .contains("  2026-03-02T08:00:00Z  0c  CN=laptop  device device-7\n")
          .contains("  and 2 more\n");
    }
  }

  @Test
  void repeatsHaveTheSameMessageId() throws Exception {
    try (TestMailServer server = TestMailServer.plain()) {
      MailSettings settings = settings(server.port(), Optional.empty(), false);
      send(settings, PUBLIC, Notices.server("notice-1"));
      send(settings, PUBLIC, Notices.server("notice-1"));
      assertThat(server.received).hasSize(2);
      assertThat(server.received.get(0).message().getMessageID())
          .isEqualTo(server.received.get(1).message().getMessageID());
    }
  }

  @Test
  void namesInCertificatesAddNoHeaderAndEndNoMail() throws Exception {
    try (TestMailServer server = TestMailServer.plain()) {
      String evil = "CN=x\r\nBcc: eve@example.com\r\n.\r\nMAIL FROM:<eve@example.com>\r\n";
      Notice notice =
          new Notice(
              "notice-1",
              Notices.NOW,
              "pki.example.com\r\nBcc: eve@example.com",
              org.certctl.notice.NoticeKind.SERVER_CERTIFICATE,
              List.of(
                  new Notice.ServerCertificate(
                      List.of(new Notice.Use("ca", evil)),
                      evil,
                      "0a",
                      "ff",
                      Notices.NOW,
                      Optional.empty())),
              List.of(),
              0);
      assertThat(send(settings(server.port(), Optional.empty(), false), PUBLIC, notice))
          .isEqualTo(new Delivered());

      var message = server.received.getFirst().message();
      assertThat(server.received).hasSize(1);
      assertThat(message.getHeader("Bcc")).isNull();
      assertThat(message.getAllRecipients()).hasSize(1);
      assertThat(message.getSubject()).contains("ca certificate (CN=x??Bcc: eve@example.com");
      assertThat(message.getContent().toString()).contains("CN=x??Bcc").doesNotContain("\nBcc");
    }
  }

  @Test
  void aServerWithoutTlsGetsNeitherPasswordNorMail() throws Exception {
    try (TestMailServer server = TestMailServer.plainWithLogin()) {
      assertThat(send(settings(server.port(), LOGIN, true), PUBLIC, Notices.server("notice-1")))
          .isInstanceOfSatisfying(
              TryLater.class, result -> assertThat(result.reason()).contains("STARTTLS"));
      assertThat(server.logins).isEmpty();
      assertThat(server.received).isEmpty();
    }
  }

  @Test
  void aServerThatIsNotTrustedGetsNeitherPasswordNorMail() throws Exception {
    TestTls other = TestTls.at("127.0.0.1");
    TestTls elsewhere = TestTls.at("127.0.0.2");
    try (TestMailServer server = TestMailServer.startTls(elsewhere)) {
      for (ServerTrust trust : List.of(PUBLIC, other.trust(), elsewhere.trust())) {
        assertThat(send(settings(server.port(), LOGIN, true), trust, Notices.server("notice-1")))
            .as("the last one is trusted, but for another address")
            .isInstanceOfSatisfying(
                TryLater.class, result -> assertThat(result.reason()).contains("TLS"));
      }
      assertThat(server.logins).isEmpty();
      assertThat(server.received).isEmpty();
    }
  }

  @Test
  void aWrongPasswordIsARefusalThatDoesNotTellIt() throws Exception {
    TestTls tls = TestTls.at("127.0.0.1");
    try (TestMailServer server = TestMailServer.startTls(tls)) {
      Optional<Credentials> wrong =
          Optional.of(new Credentials(USERNAME, Secret.of("not-the-password")));
      assertThat(
              send(settings(server.port(), wrong, true), tls.trust(), Notices.server("notice-1")))
          .isInstanceOfSatisfying(
              Refused.class,
              result ->
                  assertThat(result.reason())
                      .contains("username and password")
                      .contains("535")
                      .doesNotContain("not-the-password"));
      assertThat(server.received).isEmpty();
    }
  }

  @Test
  void whatTheServerSaysWith4xxMayPassAndWith5xxIsARefusal() throws Exception {
    for (int step = 0; step < 3; step++) {
      for (int code : new int[] {421, 450, 550, 554}) {
        try (TestMailServer server = TestMailServer.plain()) {
          switch (step) {
            case 0 -> server.rejectAtSender(code, "no sender");
            case 1 -> server.rejectAtRecipient(code, "no recipient");
            default -> server.rejectAtData(code, "no data");
          }
          DeliveryResult result =
              send(
                  settings(server.port(), Optional.empty(), false),
                  PUBLIC,
                  Notices.server("notice-1"));
          String reason =
              switch (result) {
                case TryLater(String text, _) -> text;
                case Refused(String text) -> text;
                case Delivered _ -> "delivered";
              };
          assertThat(result)
              .as("step %d, %d: %s", step, code, reason)
              .isInstanceOf(code < 500 ? TryLater.class : Refused.class);
          assertThat(reason).contains(Integer.toString(code)).contains("no ");
        }
      }
    }
  }

  @Test
  void aServerThatIsNotThereMayComeBack() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(send(settings(port, Optional.empty(), false), PUBLIC, Notices.server("notice-1")))
        .isEqualTo(new TryLater("nobody listens at the mail server's port"));
  }

  /// One that says nothing, one that hangs up, one that speaks something else, and one that never
  /// stops: each read is short, the whole would last for ever.
  @Test
  void aServerThatMisbehavesIsLeftInTime() throws Exception {
    MailNotifier.Timeouts shortOnes =
        new MailNotifier.Timeouts(
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(300));
    for (String way : List.of("silent", "closing", "garbage", "endless")) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread server = Thread.ofVirtual().start(() -> misbehave(socket, way));
        assertThat(
                send(
                    settings(socket.getLocalPort(), Optional.empty(), false),
                    PUBLIC,
                    Notices.server("notice-1"),
                    shortOnes))
            .as(way)
            .isInstanceOf(TryLater.class);
        server.interrupt();
      }
    }
  }

  private static void misbehave(ServerSocket listening, String way) {
    try (Socket socket = listening.accept()) {
      var out = socket.getOutputStream();
      switch (way) {
        case "silent" -> socket.getInputStream().readAllBytes();
        case "garbage" -> {
          out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          socket.getInputStream().readAllBytes();
        }
        case "endless" -> {
          while (true) {
            out.write("220-still here\r\n".getBytes(StandardCharsets.US_ASCII));
          }
        }
        default -> {}
      }
    } catch (java.io.IOException e) {
      // The client has gone, which is what it has to do.
      return;
    }
  }

  @Test
  void reachesEachRecipientOnItsOwn() {
    assertThat(
            new MailNotifier(
                    settings(25, Optional.empty(), false),
                    TlsTrust.sockets(PUBLIC),
                    TIMEOUTS,
                    CLOCK)
                .targets())
        .containsExactly(
            new Target("mail", "alice@example.com"), new Target("mail", "bob@example.com"));
  }
}
