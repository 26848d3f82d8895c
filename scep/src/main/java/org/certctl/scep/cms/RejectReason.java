package org.certctl.scep.cms;

import org.certctl.scep.FailInfo;

/// Why a message was refused before anybody looked at what it asks for, and the failInfo to answer.
///
/// Codes are stable. Everything that can go wrong once a private key has been used has one reason,
/// {@link #ENVELOPE_UNREADABLE}, so that the answer is no oracle.
public enum RejectReason {
  /// A signed attribute occurs twice or has not exactly one value.
  ATTRIBUTE_REPEATED("attribute_repeated", FailInfo.BAD_REQUEST),
  /// The senderNonce is absent or not an octet string of 1 to 64 octets.
  SENDER_NONCE_UNUSABLE("sender_nonce_unusable", FailInfo.BAD_REQUEST),
  /// The message digest is not allowed.
  DIGEST_NOT_ALLOWED("digest_not_allowed", FailInfo.BAD_ALG),
  /// The signature algorithm is unknown or at odds with the digest.
  SIGNATURE_ALGORITHM_NOT_ALLOWED("signature_algorithm_not_allowed", FailInfo.BAD_ALG),
  /// No certificate in the message matches the signer.
  SIGNER_CERTIFICATE_MISSING("signer_certificate_missing", FailInfo.BAD_MESSAGE_CHECK),
  /// The requester's key is absurd, of a kind that cannot verify or be encrypted to, or of a size
  /// that is not allowed.
  REQUESTER_KEY_NOT_ALLOWED("requester_key_not_allowed", FailInfo.BAD_ALG),
  /// Signature or message digest do not verify.
  SIGNATURE_INVALID("signature_invalid", FailInfo.BAD_MESSAGE_CHECK),
  /// The messageType is absent, unknown or not one of a requester.
  MESSAGE_TYPE_UNKNOWN("message_type_unknown", FailInfo.BAD_REQUEST),
  /// The signed content is not an envelope.
  CONTENT_NOT_ENVELOPED("content_not_enveloped", FailInfo.BAD_REQUEST),
  /// The content encryption algorithm is not allowed.
  CIPHER_NOT_ALLOWED("cipher_not_allowed", FailInfo.BAD_ALG),
  /// The envelope names no recipient whose way of key transport is allowed.
  KEY_TRANSPORT_NOT_ALLOWED("key_transport_not_allowed", FailInfo.BAD_ALG),
  /// The envelope is for none of our keys.
  RECIPIENT_UNKNOWN("recipient_unknown", FailInfo.BAD_REQUEST),
  /// The envelope could not be opened, or what was in it is not a request with a valid signature.
  ENVELOPE_UNREADABLE("envelope_unreadable", FailInfo.BAD_REQUEST),
  /// The PKCS#10 request is valid, but signed over a digest that is not allowed.
  CSR_DIGEST_NOT_ALLOWED("csr_digest_not_allowed", FailInfo.BAD_ALG);

  private final String code;
  private final FailInfo failInfo;

  RejectReason(String code, FailInfo failInfo) {
    this.code = code;
    this.failInfo = failInfo;
  }

  /// The stable code.
  public String code() {
    return code;
  }

  /// The failInfo to answer.
  public FailInfo failInfo() {
    return failInfo;
  }
}
