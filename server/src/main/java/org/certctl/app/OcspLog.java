package org.certctl.app;

import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.local.OcspResponders;
import org.certctl.pki.SerialNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log what becomes of OCSP responders.
final class OcspLog implements OcspResponders.Observer {

  private static final Logger log = LoggerFactory.getLogger(OcspLog.class);

  private final Set<String> failing = new HashSet<>();
  private final Set<X509CertificateHolder> notDestroyed = new HashSet<>();

  @Override
  public void made(String issuerId, X509CertificateHolder certificate) {
    failing.remove(issuerId);
    log.atInfo()
        .addKeyValue("issuer", issuerId)
        .addKeyValue("serial", serial(certificate))
        .addKeyValue("not_after", certificate.getNotAfter().toInstant())
        .log("made an OCSP certificate");
  }

  @Override
  public void renewalFailed(String issuerId, Exception cause) {
    if (failing.add(issuerId)) {
      log.atError()
          .addKeyValue("issuer", issuerId)
          .setCause(cause)
          .log("no OCSP certificate can be made; it is tried again without further words");
    }
  }

  @Override
  public void retired(String issuerId, X509CertificateHolder certificate) {
    notDestroyed.remove(certificate);
    log.atInfo()
        .addKeyValue("issuer", issuerId)
        .addKeyValue("serial", serial(certificate))
        .log("destroyed an OCSP key that was replaced");
  }

  @Override
  public void retirementFailed(
      String issuerId, X509CertificateHolder certificate, Exception cause) {
    if (notDestroyed.add(certificate)) {
      log.atError()
          .addKeyValue("issuer", issuerId)
          .addKeyValue("serial", serial(certificate))
          .setCause(cause)
          .log(
              "an OCSP key that was replaced cannot be destroyed; it is not used any more, and"
                  + " tried again without further words");
    }
  }

  private static String serial(X509CertificateHolder certificate) {
    return new SerialNumber(certificate.getSerialNumber()).hex();
  }
}
