package org.certctl.notice.mail;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;
import org.certctl.notice.DeliveryResult;
import org.certctl.notice.DeliveryResult.Delivered;
import org.certctl.notice.DeliveryResult.Refused;
import org.certctl.notice.DeliveryResult.TryLater;
import org.certctl.notice.Notice;
import org.certctl.notice.Notifier;
import org.certctl.notice.Target;
import org.certctl.notice.mail.MailSettings.Encryption;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// Sends notices by SMTP (RFC 5321), each to one recipient, as plain text.
///
/// With TLS, a server that does not offer it, or whose certificate is not trusted or is for another
/// name, gets neither the password nor the mail. Repeats of a notice have the same Message-ID.
public final class MailNotifier implements Notifier {

  /// Its name in targets.
  public static final String NAME = "mail";

  private static final int TEMPORARY_FROM = 400;
  private static final int PERMANENT_FROM = 500;
  private static final int PERMANENT_TO = 600;

  /// How long things may take.
  ///
  /// @param connect until there is a connection
  /// @param read until the server says something, and until it takes something
  /// @param total as a whole
  public record Timeouts(Duration connect, Duration read, Duration total) {

    /// 10 seconds, 30 seconds, 2 minutes.
    public static Timeouts defaults() {
      return new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(2));
    }
  }

  private final MailSettings settings;
  private final Timeouts timeouts;
  private final Clock clock;
  private final Session session;

  /// @param settings how mail goes out
  /// @param sockets makes TLS connections to those who are trusted
  /// @param timeouts how long it may take
  /// @param clock the server's clock, for the date of the mail
  public MailNotifier(
      MailSettings settings, SSLSocketFactory sockets, Timeouts timeouts, Clock clock) {
    this.settings = settings;
    this.timeouts = timeouts;
    this.clock = clock;
    this.session = Session.getInstance(properties(settings, sockets, timeouts));
  }

  private static Properties properties(
      MailSettings settings, SSLSocketFactory sockets, Timeouts timeouts) {
    Properties properties = new Properties();
    properties.put("mail.smtp.host", settings.host());
    properties.put("mail.smtp.port", Integer.toString(settings.port()));
    properties.put("mail.smtp.from", settings.from());
    properties.put("mail.smtp.auth", Boolean.toString(settings.credentials().isPresent()));
    properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    properties.put("mail.smtp.connectiontimeout", millis(timeouts.connect()));
    properties.put("mail.smtp.timeout", millis(timeouts.read()));
    properties.put("mail.smtp.writetimeout", millis(timeouts.read()));
    properties.put("mail.smtp.quitwait", "false");
    if (settings.encryption() != Encryption.NONE) {
      boolean implicit = settings.encryption() == Encryption.IMPLICIT_TLS;
      properties.put("mail.smtp.ssl.enable", Boolean.toString(implicit));
      properties.put("mail.smtp.starttls.enable", Boolean.toString(!implicit));
      properties.put("mail.smtp.starttls.required", Boolean.toString(!implicit));
      properties.put("mail.smtp.ssl.socketFactory", sockets);
      properties.put("mail.smtp.ssl.checkserveridentity", "true");
      properties.put("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
      properties.put("mail.smtp.socketFactory.fallback", "false");
    }
    return properties;
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Target> targets() {
    return settings.recipients().stream().map(address -> new Target(NAME, address)).toList();
  }

  /// On a thread of its own: the library bounds each read, not how many there are.
  @Override
  public DeliveryResult deliver(Notice notice, Target target) {
    FutureTask<DeliveryResult> sending = new FutureTask<>(() -> send(notice, target.address()));
    Thread thread = Thread.ofVirtual().name("mail").start(sending);
    try {
      return sending.get(timeouts.total().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      return new TryLater("the mail server took too long");
    } catch (ExecutionException e) {
      throw new IllegalStateException("mail could not be written", e.getCause());
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return new TryLater("interrupted");
    }
  }

  private DeliveryResult send(Notice notice, String recipient) {
    try {
      Message message = message(notice, new InternetAddress(recipient, true));
      try (SMTPTransport transport =
          new SMTPTransport(
              session, new URLName("smtp", settings.host(), settings.port(), null, null, null))) {
        transport.connect(
            settings.host(),
            settings.port(),
            settings.credentials().map(MailSettings.Credentials::username).orElse(null),
            settings.credentials().map(each -> each.password().revealText()).orElse(null));
        transport.sendMessage(message, message.getAllRecipients());
      }
      return new Delivered();
    } catch (MessagingException e) {
      return judge(e);
    }
  }

  private Message message(Notice notice, Address recipient) throws MessagingException {
    MimeMessage message = new Numbered(session, "<" + notice.id() + "@" + domain() + ">");
    message.setFrom(new InternetAddress(settings.from(), true));
    message.setRecipient(Message.RecipientType.TO, recipient);
    message.setSubject(MailText.subject(notice), StandardCharsets.UTF_8.name());
    message.setText(MailText.of(notice), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(clock.instant()));
    // RFC 3834, section 5: so that nobody's absence is told to us.
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setHeader("X-Certctl-Notice-Id", notice.id());
    message.saveChanges();
    return message;
  }

  private String domain() {
    return settings.from().substring(settings.from().lastIndexOf('@') + 1);
  }

  /// A message whose id we choose.
  private static final class Numbered extends MimeMessage {

    private final String id;

    Numbered(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }

  /// What the server says with 5xx is a refusal (RFC 5321, section 4.2.1); everything else may
  /// pass.
  private static DeliveryResult judge(MessagingException failure) {
    OptionalInt code = OptionalInt.empty();
    Exception told = failure;
    for (Exception each = failure; each != null; each = next(each)) {
      OptionalInt known = replyCode(each);
      if (known.isPresent()) {
        code = known;
        told = each;
      }
    }
    if (code.isPresent()) {
      String reason = "the mail server answered: " + text(told);
      boolean refused = code.getAsInt() >= PERMANENT_FROM && code.getAsInt() < PERMANENT_TO;
      return refused ? new Refused(reason) : new TryLater(reason);
    }
    if (failure instanceof AuthenticationFailedException) {
      String reason = "the mail server does not take the username and password: ";
      return text(failure).startsWith("4")
          ? new TryLater(reason + text(failure))
          : new Refused(reason + text(failure));
    }
    return new TryLater(cause(failure).map(MailNotifier::words).orElseGet(() -> text(failure)));
  }

  private static @org.jspecify.annotations.Nullable Exception next(Exception failure) {
    return failure instanceof MessagingException messaging ? messaging.getNextException() : null;
  }

  private static OptionalInt replyCode(Exception failure) {
    int code =
        switch (failure) {
          case SMTPSendFailedException e -> e.getReturnCode();
          case SMTPAddressFailedException e -> e.getReturnCode();
          case SMTPSenderFailedException e -> e.getReturnCode();
          default -> 0;
        };
    return code >= TEMPORARY_FROM ? OptionalInt.of(code) : OptionalInt.empty();
  }

  private static Optional<IOException> cause(MessagingException failure) {
    for (Exception each = failure; each != null; each = next(each)) {
      Throwable cause = each;
      while (cause != null) {
        if (cause instanceof IOException io) {
          return Optional.of(io);
        }
        cause = cause.getCause();
      }
    }
    return Optional.empty();
  }

  private static String words(IOException cause) {
    return switch (cause) {
      case UnknownHostException _ -> "the name of the mail server is not known";
      case ConnectException _ -> "nobody listens at the mail server's port";
      case java.net.SocketTimeoutException _ -> "the mail server took too long";
      case javax.net.ssl.SSLException e -> "TLS with the mail server failed: " + text(e);
      default -> "the connection to the mail server broke: " + text(cause);
    };
  }

  private static String text(Exception failure) {
    return String.valueOf(failure.getMessage()).strip();
  }
}
