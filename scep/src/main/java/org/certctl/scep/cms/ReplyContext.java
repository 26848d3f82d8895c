package org.certctl.scep.cms;

import java.util.Optional;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.TransactionId;
import org.jspecify.annotations.Nullable;

/// What a reply needs to know about the message it answers.
///
/// Made by {@link RequestDecoder} only. In a rejected message it holds claims, not facts.
public final class ReplyContext {
  private final TransactionId transactionId;
  private final @Nullable Nonce senderNonce;
  private final @Nullable MessageType messageType;
  private final @Nullable Requester requester;
  private final DigestAlgorithm digest;
  private final ContentCipher cipher;
  private final KeyTransport keyTransport;
  private final @Nullable RecipientKey openedBy;

  private ReplyContext(Builder builder) {
    this.transactionId = builder.transactionId;
    this.senderNonce = builder.senderNonce;
    this.messageType = builder.messageType;
    this.requester = builder.requester;
    this.digest = builder.digest;
    this.cipher = builder.cipher;
    this.keyTransport = builder.keyTransport;
    this.openedBy = builder.openedBy;
  }

  /// The transactionID, to be echoed.
  public TransactionId transactionId() {
    return transactionId;
  }

  /// The senderNonce, to be echoed as recipientNonce, if the message had a usable one.
  public Optional<Nonce> senderNonce() {
    return Optional.ofNullable(senderNonce);
  }

  /// The messageType, if known.
  public Optional<MessageType> messageType() {
    return Optional.ofNullable(messageType);
  }

  /// The signer, if its certificate was in the message and its key is of a known kind.
  public Optional<Requester> requester() {
    return Optional.ofNullable(requester);
  }

  /// The digest for the reply: the request's if allowed, else SHA-256.
  public DigestAlgorithm digest() {
    return digest;
  }

  /// The cipher for the reply: the request's if allowed, else AES-128-CBC.
  public ContentCipher cipher() {
    return cipher;
  }

  /// The key transport for the reply: OAEP only if the request used it.
  public KeyTransport keyTransport() {
    return keyTransport;
  }

  /// The key of ours that the envelope is for, if it came to that.
  public Optional<RecipientKey> openedBy() {
    return Optional.ofNullable(openedBy);
  }

  @Override
  public String toString() {
    return "ReplyContext[" + transactionId.text() + "]";
  }

  /// Collects what is learned from a message step by step.
  static final class Builder {
    private final TransactionId transactionId;
    @Nullable Nonce senderNonce;
    @Nullable MessageType messageType;
    @Nullable Requester requester;
    DigestAlgorithm digest = DigestAlgorithm.SHA256;
    ContentCipher cipher = ContentCipher.AES_128;
    KeyTransport keyTransport = KeyTransport.RSA_PKCS1;
    @Nullable RecipientKey openedBy;

    Builder(TransactionId transactionId) {
      this.transactionId = transactionId;
    }

    ReplyContext build() {
      return new ReplyContext(this);
    }
  }
}
