package org.certctl.keys.pkcs11;

/// A token, or a key on it, cannot be used.
///
/// The message is safe to show: it holds no PIN.
public final class Pkcs11Exception extends Exception {

  private static final long serialVersionUID = 1L;

  /// What is wrong.
  public enum Kind {
    /// The module cannot be loaded or initialized.
    MODULE,
    /// No token matches the URI.
    NO_TOKEN,
    /// Several tokens match the URI.
    SEVERAL_TOKENS,
    /// The token wants a PIN, and there is none.
    PIN_MISSING,
    /// The token does not take the PIN. It is not tried again: tokens lock themselves.
    PIN_REFUSED,
    /// No private key on the token matches the URI.
    NO_KEY,
    /// Several private keys on the token match the URI.
    SEVERAL_KEYS,
    /// The token cannot do with the key what is asked for, and will not be able to.
    UNSUPPORTED,
    /// The token does not take the data; the key can be used with other data.
    DATA_REFUSED,
    /// Anything else, as when the token was taken away; a repeat may help.
    FAILED
  }

  private final Kind kind;

  Pkcs11Exception(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Pkcs11Exception(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /// What is wrong, as a value to decide on.
  public Kind kind() {
    return kind;
  }

  /// What is wrong, in words.
  public String reason() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }
}
