package org.certctl.notice.mail;

import java.util.List;
import java.util.Optional;
import org.certctl.secret.Secret;

/// How mail goes out.
///
/// @param host the SMTP server
/// @param port its port; on 465 TLS is spoken from the first octet (RFC 8314, section 3.3), on
///   others STARTTLS is insisted on
/// @param credentials who we are to it; absent when it does not ask
/// @param from the sender's address
/// @param tls whether TLS is insisted on; nothing is encrypted otherwise
/// @param recipients whom it goes to, each on its own; at least one
public record MailSettings(
    String host,
    int port,
    Optional<Credentials> credentials,
    String from,
    boolean tls,
    List<String> recipients) {

  private static final int IMPLICIT_TLS_PORT = 465;

  /// A user of the mail server.
  public record Credentials(String username, Secret password) {}

  /// @throws IllegalArgumentException when there is no recipient
  public MailSettings {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("mail needs a recipient");
    }
  }

  boolean isImplicitTls() {
    return tls && port == IMPLICIT_TLS_PORT;
  }
}
