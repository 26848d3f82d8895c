package org.certctl.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.keys.VerificationKey;
import org.certctl.setup.AuditKeys;

/// The keys that may have sealed an audit trail.
final class TrustedAuditKeys {

  private TrustedAuditKeys() {}

  /// Those in these files; the public half of the audit key in use when there are none.
  static List<SubjectPublicKeyInfo> trusted(
      CommandContext context,
      Configuration configuration,
      List<Path> files,
      StoredRecords.Source source)
      throws KeyMaterialException, CommandFailedException, StoreUnavailableException {
    if (files.isEmpty() && configuration.audit().key() instanceof KeyLocation.InDatabase) {
      try (StoredRecords records = source.open(configuration)) {
        return List.of(
            AuditKeys.read(
                    configuration, records.sealedKeys(), context.providers(), context.random())
                .publicKeyInfo());
      }
    }
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
