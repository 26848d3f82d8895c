package org.certctl.cli.client;

import static java.util.Map.entry;

import java.util.Map;
import org.certctl.scep.FailInfo;

/// What a refusal means, in words for people.
public final class FailureHints {

  /// The text of our own servers for a certificate whose time to be renewed has not come.
  public static final String TOO_EARLY = "renewal_too_early";

  private static final Map<String, String> BY_TEXT =
      Map.ofEntries(
          entry("approval_rejected", "whoever decides there said no; ask them"),
          entry(
              "approval_expired",
              "nobody there decided in time; ask them, then enroll anew with another key"),
          entry(
              "challenge_refused",
              "the challenge is wrong, expired or used up; the server never tells which, its audit"
                  + " trail does"),
          entry(
              "key_not_allowed",
              "the certificate profile wants another key: try --key-type rsa3072 and another"
                  + " --key"),
          entry("ca_requested", "the request asks for a CA certificate"),
          entry("subject_empty", "the certificate profile wants a subject: --subject \"CN=...\""),
          entry("issuer_refused", "the CA behind the server refused; its log says why"),
          entry("renewal_off", "this endpoint renews nothing; enroll anew with a challenge"),
          entry(
              TOO_EARLY,
              "the certificate is good for too long yet; renew it nearer to its end, or have the"
                  + " server's renewal window widened"),
          entry(
              "renewal_signer_expired", "the certificate has ended: enroll anew with a challenge"),
          entry(
              "renewal_signer_revoked",
              "the certificate is revoked or on hold: ask whoever revoked it"),
          entry(
              "renewal_signer_unknown",
              "that server did not issue the certificate: enroll anew with a challenge"),
          entry(
              "renewal_signer_elsewhere",
              "another endpoint of that server issued the certificate: renew it there"),
          entry(
              "renewal_identity_changed",
              "a renewal keeps the names of the certificate: leave --subject and the other names"
                  + " out, or enroll anew with a challenge"),
          entry(
              "renewal_key_of_another", "the new key is certified for somebody else: make another"),
          entry("renewal_digest_weak", "a renewal is signed over SHA-2: leave --digest out"));

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

  /// What to look at when a renewal was refused.
  public static String ofRenewal(FailInfo failInfo, String text) {
    return failInfo == FailInfo.BAD_REQUEST && !BY_TEXT.containsKey(text)
        ? "the server does not renew this certificate: it may be too early or too late for it, not"
            + " its own, or revoked; or the server wants a challenge besides. Its log says which"
        : hint(failInfo, text);
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
