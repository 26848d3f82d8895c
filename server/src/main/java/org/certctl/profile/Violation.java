package org.certctl.profile;

/// A rule of a certificate profile that a request breaks.
///
/// @param code what is wrong, stable
/// @param explanation for operators: what was found, and what would be right
public record Violation(Code code, String explanation) {

  /// The kinds of violation; the codes go to metrics, audit and logs and never change.
  public enum Code {
    /// The key's algorithm, size or curve is not allowed.
    KEY_NOT_ALLOWED("key_not_allowed"),
    /// The key is known to be weak.
    KEY_WEAK("key_weak"),
    /// The key belongs to a CA or RA of this server.
    KEY_RESERVED("key_reserved"),
    /// The subject is empty, and the profile wants one.
    SUBJECT_EMPTY("subject_empty"),
    /// The subject has or lacks an attribute, or does not look as it should.
    SUBJECT_NOT_ALLOWED("subject_not_allowed"),
    /// The subject alternative names cannot be read, or are too many.
    SUBJECT_ALT_NAMES_INVALID("san_invalid"),
    /// A subject alternative name is of a kind that is not allowed, or does not look as it should.
    SUBJECT_ALT_NAME_NOT_ALLOWED("san_not_allowed"),
    /// There is no subject alternative name of a kind that must be there.
    SUBJECT_ALT_NAME_MISSING("san_missing"),
    /// The request asks for a CA certificate.
    CA_REQUESTED("ca_requested"),
    /// The request asks for a key usage that the profile does not allow.
    KEY_USAGE_NOT_ALLOWED("key_usage_not_allowed"),
    /// The request asks for an extended key usage that the profile does not allow.
    EXTENDED_KEY_USAGE_NOT_ALLOWED("eku_not_allowed"),
    /// The request names extended key usages, but not one that must be there.
    EXTENDED_KEY_USAGE_MISSING("eku_missing"),
    /// The name constraints of the CA, or of one above it, do not allow one of the names.
    NAME_CONSTRAINT_VIOLATED("name_constraint_violated"),
    /// It is before the time of the CA, or of one above it: a clock was set back.
    ISSUER_NOT_YET_VALID("issuer_not_yet_valid"),
    /// The CA, or one above it, is past its end.
    ISSUER_ENDED("issuer_ended"),
    /// An extension that is allowed cannot be read.
    EXTENSION_INVALID("extension_invalid");

    private final String wireValue;

    Code(String wireValue) {
      this.wireValue = wireValue;
    }

    /// The stable code.
    public String wireValue() {
      return wireValue;
    }
  }
}
