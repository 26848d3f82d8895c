package org.certctl.notice.mail;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.certctl.outbound.TestTls;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/// A mail server that keeps what it gets, and refuses what it is told to.
final class TestMailServer implements AutoCloseable {

  static final String USERNAME = "certctl";
  static final String PASSWORD = "mail-secret-7";

  /// A mail as it came.
  ///
  /// @param from the sender in the envelope
  /// @param to the recipient in the envelope
  /// @param octets header and body
  @SuppressWarnings("ArrayRecordComponent")
  record Received(String from, String to, byte[] octets) {

    String text() {
      return new String(octets, StandardCharsets.US_ASCII);
    }

    MimeMessage message() throws Exception {
      return new MimeMessage(
          Session.getInstance(new Properties()), new ByteArrayInputStream(octets));
    }
  }

  final List<Received> received = new CopyOnWriteArrayList<>();
  final List<String> logins = new CopyOnWriteArrayList<>();
  private final SMTPServer server;
  private volatile Optional<RejectException> atSender = Optional.empty();
  private volatile Optional<RejectException> atRecipient = Optional.empty();
  private volatile Optional<RejectException> atData = Optional.empty();

  private TestMailServer(SMTPServer.Builder builder, boolean login) throws Exception {
    builder
        .bindAddress(InetAddress.getLoopbackAddress())
        .port(0)
        .insertReceivedHeaders(false)
        .messageHandlerFactory(this::handler);
    if (login) {
      builder
          .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory(this::login))
          .requireAuth(true);
    }
    server = builder.build();
    server.start();
  }

  static TestMailServer plain() throws Exception {
    return new TestMailServer(SMTPServer.port(0), false);
  }

  static TestMailServer plainWithLogin() throws Exception {
    return new TestMailServer(SMTPServer.port(0), true);
  }

  static TestMailServer startTls(TestTls tls) throws Exception {
    return new TestMailServer(
        SMTPServer.port(0).enableTLS(true).requireTLS(true).startTlsSocketFactory(tls.context()),
        true);
  }

  static TestMailServer implicitTls(TestTls tls) throws Exception {
    return new TestMailServer(SMTPServer.port(0).serverSocketFactory(tls.context()), true);
  }

  int port() {
    return server.getPortAllocated();
  }

  void rejectAtSender(int code, String text) {
    atSender = Optional.of(new RejectException(code, text));
  }

  void rejectAtRecipient(int code, String text) {
    atRecipient = Optional.of(new RejectException(code, text));
  }

  void rejectAtData(int code, String text) {
    atData = Optional.of(new RejectException(code, text));
  }

  private void login(String username, String password, MessageContext context)
      throws LoginFailedException {
    logins.add(username);
    if (!username.equals(USERNAME) || !password.equals(PASSWORD)) {
      throw new LoginFailedException();
    }
  }

  private MessageHandler handler(MessageContext context) {
    return new MessageHandler() {
      private String sender = "";
      private String recipient = "";

      @Override
      public void from(String from) throws RejectException {
        reject(atSender);
        sender = from;
      }

      @Override
      public void recipient(String to) throws RejectException {
        reject(atRecipient);
        recipient = to;
      }

      @Override
      public @org.jspecify.annotations.Nullable String data(InputStream in)
          throws RejectException, java.io.IOException {
        byte[] octets = in.readAllBytes();
        reject(atData);
        received.add(new Received(sender, recipient, octets));
        return null;
      }

      @Override
      public void done() {}
    };
  }

  private static void reject(Optional<RejectException> with) throws RejectException {
    if (with.isPresent()) {
      throw with.get();
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
