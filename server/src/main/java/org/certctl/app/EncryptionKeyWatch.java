package org.certctl.app;

import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.local.SharedSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says once when the keys in the database are sealed under another encryption key than the one
/// that this node has.
///
/// Not safe for use by several threads at once.
final class EncryptionKeyWatch {

  private static final Logger log = LoggerFactory.getLogger(EncryptionKeyWatch.class);

  private final SharedSecret shared;
  private boolean told;

  EncryptionKeyWatch(SharedSecret shared) {
    this.shared = shared;
  }

  void check() throws StoreUnavailableException {
    boolean isSame = shared.hasSameEncryptionKey();
    if (!isSame && !told) {
      log.warn(
          "the encryption key of the keys in the database was changed: this node goes on with those"
              + " that it has opened, and neither makes nor opens others; restart it with the new one");
    }
    told = !isSame;
  }
}
