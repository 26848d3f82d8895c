package org.certctl.scep.cms;

import java.time.Instant;
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
  private final @Nullable EnvelopePassword password;
  private final @Nullable Instant signingTime;
  private final ReplyStyle style;

  private ReplyContext(Builder builder) {
    this.transactionId = builder.transactionId;
    this.senderNonce = builder.senderNonce;
    this.messageType = builder.messageType;
    this.requester = builder.requester;
    this.digest = builder.digest;
    this.cipher = builder.cipher;
    this.keyTransport = builder.keyTransport;
    this.openedBy = builder.openedBy;
    this.password = builder.password;
    this.signingTime = builder.signingTime;
    this.style = ReplyStyle.defaults();
  }

  private ReplyContext(ReplyContext other, ReplyStyle style) {
    this.transactionId = other.transactionId;
    this.senderNonce = other.senderNonce;
    this.messageType = other.messageType;
    this.requester = other.requester;
    this.digest = other.digest;
    this.cipher = other.cipher;
    this.keyTransport = other.keyTransport;
    this.openedBy = other.openedBy;
    this.password = other.password;
    this.signingTime = other.signingTime;
    this.style = style;
  }

  /// The same, to be answered in this style.
  public ReplyContext in(ReplyStyle replyStyle) {
    return new ReplyContext(this, replyStyle);
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

  /// The digest for the reply: the request's if allowed and the style follows it, else SHA-256.
  public DigestAlgorithm digest() {
    return style.followsAlgorithms() ? digest : DigestAlgorithm.SHA256;
  }

  /// The cipher for the reply: the request's if allowed and the style follows it, else AES-128-CBC.
  public ContentCipher cipher() {
    return style.followsAlgorithms() ? cipher : ContentCipher.AES_128;
  }

  /// The key transport for the reply: OAEP only if the request used it and the style follows it.
  public KeyTransport keyTransport() {
    return style.followsOaep() ? keyTransport : KeyTransport.RSA_PKCS1;
  }

  /// The key of ours that the envelope is for, if it came to that.
  public Optional<RecipientKey> openedBy() {
    return Optional.ofNullable(openedBy);
  }

  /// The password that the envelope was opened with, which the reply is to be sealed with; absent
  /// when it is for a key.
  public Optional<EnvelopePassword> password() {
    return Optional.ofNullable(password);
  }

  /// When the message says that it was signed, if it says so readably (RFC 5652, section 11.3).
  public Optional<Instant> signingTime() {
    return Optional.ofNullable(signingTime);
  }

  /// Whether an answer without an envelope carries an empty eContent in place of none.
  boolean emptyContentPresent() {
    return style.emptyContentPresent();
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
    @Nullable EnvelopePassword password;
    @Nullable Instant signingTime;

    Builder(TransactionId transactionId) {
      this.transactionId = transactionId;
    }

    ReplyContext build() {
      return new ReplyContext(this);
    }
  }
}
