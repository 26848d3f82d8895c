package org.certctl.scep.cms;

import java.util.Optional;

/// What came out of an envelope, sound or not.
///
/// Whoever reads the octets must do the same work in both cases and only then ask whether they are
/// sound: the time must not tell whether the padding was good.
///
/// @param octets the plaintext; when not sound, whatever decryption gave
/// @param sound whether key, lengths and padding were good, as far as can be seen
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
record OpenedEnvelope(byte[] octets, boolean sound) {

  static OpenedEnvelope unsound(byte[] octets) {
    return new OpenedEnvelope(octets, false);
  }

  /// The plaintext, if it is sound.
  Optional<byte[]> plaintext() {
    return sound ? Optional.of(octets) : Optional.empty();
  }
}
