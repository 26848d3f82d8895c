package org.certctl.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.config.Configuration;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.keys.VerificationKey;

/// The keys that may have sealed an audit trail.
final class TrustedAuditKeys {

  private TrustedAuditKeys() {}

  /// Those in these files; the public half of the audit key in use when there are none.
  static List<SubjectPublicKeyInfo> trusted(
      CommandContext context, Configuration configuration, List<Path> files)
      throws KeyMaterialException {
    if (files.isEmpty()) {
      return List.of(
          SigningKey.read(configuration.audit().key(), Optional.empty(), context.providers())
              .publicKeyInfo());
    }
    List<SubjectPublicKeyInfo> keys = new ArrayList<>();
    for (Path file : files) {
      keys.add(VerificationKey.read(file, context.providers()).publicKeyInfo());
    }
    return keys;
  }
}
