package org.certctl.cli.client;

import java.util.Map;
import org.certctl.scep.FailInfo;

/// What a refusal means, in words for people.
public final class FailureHints {

  private static final Map<String, String> BY_TEXT =
      Map.of(
          "challenge_refused",
          "the challenge is wrong, expired or used up; the server never tells which, its audit"
              + " trail does",
          "key_not_allowed",
          "the certificate profile wants another key: try --key-type rsa3072 and another --key",
          "ca_requested",
          "the request asks for a CA certificate",
          "subject_empty",
          "the certificate profile wants a subject: --subject \"CN=...\"",
          "issuer_refused",
          "the CA behind the server refused; its log says why");

  private FailureHints() {}

  /// The name of a reason in RFC 8894, section 3.2.1.4.
  public static String name(FailInfo failInfo) {
    return switch (failInfo) {
      case BAD_ALG -> "badAlg";
      case BAD_MESSAGE_CHECK -> "badMessageCheck";
      case BAD_REQUEST -> "badRequest";
      case BAD_TIME -> "badTime";
      case BAD_CERT_ID -> "badCertId";
    };
  }

  /// What to look at.
  public static String hint(FailInfo failInfo, String text) {
    String known = BY_TEXT.get(text);
    if (known != null) {
      return known;
    }
    return switch (failInfo) {
      case BAD_ALG ->
          "the server does not take this cipher, digest or key; it may want others: --cipher"
              + " aes256, or for old servers --cipher des3 --digest sha1";
      case BAD_MESSAGE_CHECK -> "the server could not verify or open the message";
      case BAD_REQUEST ->
          "mostly the challenge, else the subject or the other names; the server's log says which";
      case BAD_TIME -> "the clocks of this machine and the server are too far apart";
      case BAD_CERT_ID -> "the server does not know the transaction; begin anew";
    };
  }
}
