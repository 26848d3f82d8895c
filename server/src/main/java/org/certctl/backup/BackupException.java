package org.certctl.backup;

/// A backup cannot be made, or cannot be restored; nothing was left behind.
///
/// The message is safe to show: it holds no part of a key.
public final class BackupException extends Exception {

  private static final long serialVersionUID = 1L;

  /// What is in the way; the codes are stable.
  public enum Fault {
    /// The file is no archive of ours, was cut off, or its directory is damaged.
    ARCHIVE_UNREADABLE("archive_unreadable"),
    /// There is no manifest, or it cannot be understood.
    MANIFEST_INVALID("manifest_invalid"),
    /// A newer program made it.
    FORMAT_UNKNOWN("format_unknown"),
    /// A part that the manifest names is not there.
    PART_MISSING("part_missing"),
    /// There is a part that the manifest does not name.
    PART_UNKNOWN("part_unknown"),
    /// A part is not what the manifest says.
    PART_DAMAGED("part_damaged"),
    /// A part, or all of them, are more than is taken.
    TOO_LARGE("too_large"),
    /// There is not enough room on the disk.
    NO_SPACE("no_space"),
    /// Its secret parts are encrypted, and no passphrase was given.
    PASSPHRASE_MISSING("passphrase_missing"),
    /// The passphrase is another one, or a secret part was altered.
    PASSPHRASE_WRONG("passphrase_wrong"),
    /// The database is damaged, or no database of ours.
    DATABASE_DAMAGED("database_damaged"),
    /// The audit trail is not what was sealed.
    AUDIT_BROKEN("audit_broken"),
    /// A key does not belong to the certificate beside it, or cannot be read.
    KEY_MISMATCH("key_mismatch"),
    /// There is something where it is to be written.
    IN_THE_WAY("in_the_way");

    private final String code;

    Fault(String code) {
      this.code = code;
    }

    /// The stable code.
    public String code() {
      return code;
    }
  }

  private final Fault fault;
  private final String hint;

  BackupException(Fault fault, String reason, String hint) {
    super(reason);
    this.fault = fault;
    this.hint = hint;
  }

  BackupException(Fault fault, String reason, String hint, Throwable cause) {
    super(reason, cause);
    this.fault = fault;
    this.hint = hint;
  }

  /// What is in the way, as a value to decide on.
  public Fault fault() {
    return fault;
  }

  /// What is in the way, in words.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// What the operator can do about it.
  public String hint() {
    return hint;
  }
}
