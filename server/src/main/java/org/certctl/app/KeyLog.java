package org.certctl.app;

import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.local.RegistrationAuthorities;
import org.certctl.pki.SerialNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log what becomes of RA keys.
final class KeyLog implements RegistrationAuthorities.Observer {

  private static final Logger log = LoggerFactory.getLogger(KeyLog.class);

  private final Set<String> failing = new HashSet<>();
  private final Set<X509CertificateHolder> notDestroyed = new HashSet<>();

  @Override
  public void made(String endpoint, X509CertificateHolder certificate) {
    failing.remove(endpoint);
    log.atInfo()
        .addKeyValue("endpoint", endpoint)
        .addKeyValue("serial", serial(certificate))
        .addKeyValue("not_after", certificate.getNotAfter().toInstant())
        .log("made an RA certificate");
  }

  @Override
  public void renewalFailed(String endpoint, Exception cause) {
    if (failing.add(endpoint)) {
      log.atError()
          .addKeyValue("endpoint", endpoint)
          .setCause(cause)
          .log("the RA certificate cannot be renewed; it is tried again without further words");
    }
  }

  @Override
  public void retired(String endpoint, X509CertificateHolder certificate) {
    notDestroyed.remove(certificate);
    log.atInfo()
        .addKeyValue("endpoint", endpoint)
        .addKeyValue("serial", serial(certificate))
        .log("destroyed an RA key whose grace is over");
  }

  @Override
  public void retirementFailed(
      String endpoint, X509CertificateHolder certificate, Exception cause) {
    if (notDestroyed.add(certificate)) {
      log.atError()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("serial", serial(certificate))
          .setCause(cause)
          .log(
              "an RA key whose grace is over cannot be destroyed; it is not used any more, and"
                  + " tried again without further words");
    }
  }

  private static String serial(X509CertificateHolder certificate) {
    return new SerialNumber(certificate.getSerialNumber()).hex();
  }
}
