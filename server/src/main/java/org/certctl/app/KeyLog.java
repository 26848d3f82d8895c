package org.certctl.app;

import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.local.KeyObserver;
import org.certctl.pki.SerialNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log what becomes of the keys that the server makes for itself.
final class KeyLog implements KeyObserver {

  private static final Logger log = LoggerFactory.getLogger(KeyLog.class);

  private final String kind;
  private final String ownerKey;
  private final Set<String> failing = new HashSet<>();
  private final Set<X509CertificateHolder> notDestroyed = new HashSet<>();

  private KeyLog(String kind, String ownerKey) {
    this.kind = kind;
    this.ownerKey = ownerKey;
  }

  /// For the RAs of endpoints.
  static KeyLog ofRas() {
    return new KeyLog("RA", "endpoint");
  }

  /// For the OCSP responders of issuers.
  static KeyLog ofOcspResponders() {
    return new KeyLog("OCSP", "issuer");
  }

  @Override
  public void made(String owner, X509CertificateHolder certificate) {
    failing.remove(owner);
    log.atInfo()
        .addKeyValue(ownerKey, owner)
        .addKeyValue("serial", serial(certificate))
        .addKeyValue("not_after", certificate.getNotAfter().toInstant())
        .log("made an {} certificate", kind);
  }

  @Override
  public void renewalFailed(String owner, Exception cause) {
    if (failing.add(owner)) {
      log.atError()
          .addKeyValue(ownerKey, owner)
          .setCause(cause)
          .log("no {} certificate can be made; it is tried again without further words", kind);
    }
  }

  @Override
  public void retired(String owner, X509CertificateHolder certificate) {
    notDestroyed.remove(certificate);
    log.atInfo()
        .addKeyValue(ownerKey, owner)
        .addKeyValue("serial", serial(certificate))
        .log("destroyed an {} key whose time is over", kind);
  }

  @Override
  public void retirementFailed(String owner, X509CertificateHolder certificate, Exception cause) {
    if (notDestroyed.add(certificate)) {
      log.atError()
          .addKeyValue(ownerKey, owner)
          .addKeyValue("serial", serial(certificate))
          .setCause(cause)
          .log(
              "an {} key whose time is over cannot be destroyed; it is not used any more, and"
                  + " tried again without further words",
              kind);
    }
  }

  private static String serial(X509CertificateHolder certificate) {
    return new SerialNumber(certificate.getSerialNumber()).hex();
  }
}
