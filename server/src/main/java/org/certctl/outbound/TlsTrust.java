package org.certctl.outbound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.cert.X509CertificateHolder;

/// Turns what is trusted into what the JDK's TLS works with.
public final class TlsTrust {

  private TlsTrust() {}

  /// Makes TLS connections to those who are trusted. Whoever uses them has to ask for the check of
  /// the name.
  public static SSLSocketFactory sockets(ServerTrust trust) {
    return context(trust).getSocketFactory();
  }

  static SSLContext context(ServerTrust trust, KeyManager... keyManagers) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers, new TrustManager[] {manager(trust)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  static X509ExtendedTrustManager manager(ServerTrust trust) {
    return switch (trust) {
      case ServerTrust.PublicAuthorities _ -> standard(null);
      case ServerTrust.Authorities(var certificates) -> standard(store(certificates));
      case ServerTrust.Anyone(var seen) -> new Gullible(seen);
    };
  }

  private static X509ExtendedTrustManager standard(
      @org.jspecify.annotations.Nullable KeyStore anchors) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(anchors);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new IllegalStateException("no trust manager for X.509");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the trusted authorities cannot be used", e);
    }
  }

  private static KeyStore store(List<X509CertificateHolder> certificates) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (int i = 0; i < certificates.size(); i++) {
        byte[] encoded = certificates.get(i).getEncoded();
        store.setCertificateEntry(
            "a" + i, factory.generateCertificate(new ByteArrayInputStream(encoded)));
      }
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("a certificate to trust cannot be used", e);
    }
  }

  /// Trusts everyone. Being an extended manager it also switches the check of the name off.
  private static final class Gullible extends X509ExtendedTrustManager {

    private final Consumer<X509CertificateHolder> seen;

    Gullible(Consumer<X509CertificateHolder> seen) {
      this.seen = seen;
    }

    private void show(X509Certificate[] chain) throws CertificateException {
      try {
        seen.accept(new X509CertificateHolder(chain[0].getEncoded()));
      } catch (IOException e) {
        throw new CertificateException("the server's certificate cannot be read", e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      show(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      show(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      show(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no client is trusted here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
