package org.certctl.http;

import java.security.KeyStore;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/// TLS that asks for a client certificate and goes on without one, with the server's own
/// certificate, whichever is in force.
final class MutualTls {

  private final SslBundles bundles;

  MutualTls(SslBundles bundles) {
    this.bundles = bundles;
  }

  /// Makes a listener speak it, and keeps its certificate up to date.
  void applyTo(Connector connector) {
    if (!(connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol)) {
      throw new IllegalStateException("the listener does not speak HTTP/1.1");
    }
    connector.setScheme("https");
    connector.setSecure(true);
    protocol.setSSLEnabled(true);
    protocol.addSslHostConfig(of(bundles.getBundle(Listeners.TLS_BUNDLE)));
    bundles.addBundleUpdateHandler(
        Listeners.TLS_BUNDLE, updated -> protocol.addSslHostConfig(of(updated), true));
  }

  private static SSLHostConfig of(SslBundle bundle) {
    SSLHostConfig config = new SSLHostConfig();
    config.setCertificateVerification("optional");
    config.setTrustManagerClassName(AnyClientAtHandshake.class.getName());
    config.setProtocols("TLSv1.2+TLSv1.3");
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
    KeyStore keys = bundle.getStores().getKeyStore();
    if (keys == null) {
      throw new IllegalStateException("the server has a TLS key");
    }
    certificate.setCertificateKeystore(keys);
    String password = bundle.getStores().getKeyStorePassword();
    certificate.setCertificateKeystorePassword(password == null ? "" : password);
    config.addCertificate(certificate);
    return config;
  }
}
