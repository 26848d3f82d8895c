package org.certctl.scep.cms;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/// A password that a requester and a CA share: what envelopes are sealed with when the requester's
/// key cannot encrypt (RFC 8894, section 3.1).
///
/// Its octets are those of UTF-8 and never leave this object.
public final class EnvelopePassword {

  /// How a key is derived by PBKDF2 (RFC 8018, section 5.2).
  ///
  /// @param sha256 whether the pseudorandom function is HMAC-SHA-256 rather than HMAC-SHA-1
  @SuppressWarnings("ArrayRecordComponent") // read at once, never compared
  record Derivation(byte[] salt, int iterations, boolean sha256) {}

  private final byte[] octets;

  private EnvelopePassword(byte[] octets) {
    this.octets = octets;
  }

  /// Takes a password.
  ///
  /// @throws IllegalArgumentException when it is empty
  public static EnvelopePassword of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty password protects nothing");
    }
    return new EnvelopePassword(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The key of this many octets.
  KeyParameter derive(Derivation how, int keyBytes) {
    var generator =
        new PKCS5S2ParametersGenerator(how.sha256() ? new SHA256Digest() : new SHA1Digest());
    generator.init(octets, how.salt(), how.iterations());
    return (KeyParameter) generator.generateDerivedMacParameters(keyBytes * 8);
  }

  @Override
  public String toString() {
    return "EnvelopePassword[redacted]";
  }
}
