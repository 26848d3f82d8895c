package org.certctl.backup;

import org.certctl.secret.Secret;

/// What becomes of the secret files (keys, settings with challenges) in a backup.
public sealed interface SecretHandling {

  /// They are in it as they are: whoever reads the archive has the CA.
  record Plain() implements SecretHandling {}

  /// They are in it, encrypted under a passphrase.
  record Encrypted(Secret passphrase) implements SecretHandling {}

  /// They are not in it.
  record LeftOut() implements SecretHandling {}
}
