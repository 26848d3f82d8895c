package org.certctl.keys;

import java.nio.file.Path;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.pki.Names;

/// A key or a certificate cannot be used as it is; reading it again does not help, unless it is on
/// a token that is away.
///
/// The message is safe to show: it never holds any part of a key.
public final class KeyMaterialException extends Exception {

  private static final long serialVersionUID = 1L;

  /// What is wrong with the file.
  public enum Fault {
    /// There is no such file.
    MISSING,
    /// The file exists, but this process may not read it, or it is no ordinary file.
    UNREADABLE,
    /// Others than the owner may read the file with the private key.
    TOO_OPEN,
    /// The content is not the PEM it should be.
    MALFORMED,
    /// The private key is protected by a passphrase, and there is none.
    ENCRYPTED,
    /// The passphrase or PIN is not the right one.
    WRONG_PASSWORD,
    /// certctl encrypted it, and the encryption key of the installation is not set.
    ENCRYPTION_KEY_MISSING,
    /// The encryption key of the installation is not the one it was encrypted under.
    WRONG_ENCRYPTION_KEY,
    /// The token, or the module that leads to it, cannot be used now.
    TOKEN_AWAY,
    /// A key of a kind or size that is not used here.
    UNSUPPORTED,
    /// The key is not the one that the certificate certifies.
    MISMATCH,
    /// A certificate is past its end.
    EXPIRED
  }

  private final Fault fault;
  private final String hint;

  KeyMaterialException(Fault fault, String reason, String hint) {
    super(reason);
    this.fault = fault;
    this.hint = hint;
  }

  KeyMaterialException(Fault fault, String reason, String hint, Throwable cause) {
    super(reason, cause);
    this.fault = fault;
    this.hint = hint;
  }

  /// A certificate that is past its end.
  public static KeyMaterialException expired(X509CertificateHolder certificate, String hint) {
    return new KeyMaterialException(
        Fault.EXPIRED,
        "\""
            + Names.text(certificate.getSubject())
            + "\" expired on "
            + certificate.getNotAfter().toInstant(),
        hint);
  }

  /// Something that the configuration says is in the database, and is not.
  public static KeyMaterialException notInDatabase(String option, String what) {
    return new KeyMaterialException(
        Fault.MISSING,
        option + "=" + KeyLocation.InDatabase.NAME + ", and " + what + " is not in the database",
        "put it there from a node that has it in a file: certctl keys share");
  }

  /// Something in the database that is none of what it should be.
  public static KeyMaterialException malformedInDatabase(String what, Throwable cause) {
    return new KeyMaterialException(
        Fault.MALFORMED, what + " in the database is malformed", "restore the database", cause);
  }

  static KeyMaterialException passwordMissing(String file) {
    return new KeyMaterialException(
        Fault.ENCRYPTED,
        "the private key in " + file + " is protected by a passphrase",
        "if certctl encrypted it, name the file with the encryption key in "
            + KeyEncryption.OPTION
            + "_FILE; else one with the passphrase in the option …_KEY_PASSWORD_FILE beside this one;"
            + " for a key without such an option: openssl pkey -in "
            + file
            + " -out NEW; chmod 600 NEW");
  }

  static KeyMaterialException wrongPassword(String file, Exception cause) {
    return new KeyMaterialException(
        Fault.WRONG_PASSWORD,
        "the passphrase does not open " + file,
        "check the option …_KEY_PASSWORD or …_KEY_PASSWORD_FILE beside this one",
        cause);
  }

  static KeyMaterialException mismatch(KeyLocation key, Path certificate) {
    return new KeyMaterialException(
        Fault.MISMATCH,
        "the key in " + key + " does not belong to the certificate in " + certificate,
        "name the key that the certificate was requested with");
  }

  /// What is wrong, as a value to decide on.
  public Fault fault() {
    return fault;
  }

  /// What is wrong, in words.
  public String reason() {
    String message = getMessage();
    return message == null ? fault.name() : message;
  }

  /// What the operator can do about it.
  public String hint() {
    return hint;
  }
}
