package org.certctl.notice.mail;

import java.util.List;
import java.util.Optional;
import org.certctl.secret.Secret;

/// How mail goes out.
///
/// @param host the SMTP server
/// @param port its port
/// @param credentials who we are to it; absent when it does not ask
/// @param from the sender's address
/// @param encryption how the way to it is encrypted
/// @param recipients whom it goes to, each on its own; at least one
public record MailSettings(
    String host,
    int port,
    Optional<Credentials> credentials,
    String from,
    Encryption encryption,
    List<String> recipients) {

  private static final int IMPLICIT_TLS_PORT = 465;

  /// How the way to the mail server is encrypted.
  public enum Encryption {
    /// Not at all.
    NONE,
    /// By STARTTLS, which is insisted on.
    START_TLS,
    /// From the first octet (RFC 8314, section 3.3).
    IMPLICIT_TLS;

    /// That of a port, where TLS is wanted or not.
    public static Encryption of(boolean tls, int port) {
      if (!tls) {
        return NONE;
      }
      return port == IMPLICIT_TLS_PORT ? IMPLICIT_TLS : START_TLS;
    }
  }

  /// A user of the mail server.
  public record Credentials(String username, Secret password) {}

  /// @throws IllegalArgumentException when there is no recipient
  public MailSettings {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("mail needs a recipient");
    }
  }
}
