package org.certctl.outbound;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.NoClientKeys;

/// Shakes hands with a TLS server and tells what it saw; nothing is sent over the connection.
public final class TlsInspector {

  private final OutboundSettings settings;

  /// Takes bounds, and the trust to judge chains by.
  public TlsInspector(OutboundSettings settings) {
    this.settings = settings;
  }

  /// Shakes hands, whoever answers.
  ///
  /// @param versions the versions to offer, e.g. `TLSv1.2`; all usual ones when there is none
  /// @throws OutboundException if the handshake fails
  public TlsObservation inspect(URI server, String... versions) throws IOException {
    AtomicBoolean asked = new AtomicBoolean();
    SSLContext context =
        TlsTrust.context(new ServerTrust.Anyone(_ -> {}), new NoClientKeys(() -> asked.set(true)));
    try (Socket plain = new Socket()) {
      int connectMillis = (int) settings.connectTimeout().toMillis();
      String host = RawHttp.hostOf(server);
      plain.connect(new InetSocketAddress(host, RawHttp.portOf(server)), connectMillis);
      plain.setSoTimeout((int) settings.totalTimeout().toMillis());
      try (SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(plain, host, RawHttp.portOf(server), true)) {
        if (versions.length > 0) {
          socket.setEnabledProtocols(versions);
        }
        socket.startHandshake();
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : socket.getSession().getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
        return new TlsObservation(
            socket.getSession().getProtocol(),
            socket.getSession().getCipherSuite(),
            holders(chain),
            asked.get(),
            distrust(chain));
      }
    } catch (IOException e) {
      throw OutboundException.of(e);
    }
  }

  private static List<X509CertificateHolder> holders(List<X509Certificate> chain)
      throws IOException {
    List<X509CertificateHolder> holders = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      try {
        holders.add(new X509CertificateHolder(certificate.getEncoded()));
      } catch (CertificateException e) {
        throw new IOException("the server's certificate cannot be read", e);
      }
    }
    return holders;
  }

  private Optional<String> distrust(List<X509Certificate> chain) {
    ServerTrust judge =
        settings.trust() instanceof ServerTrust.Anyone
            ? new ServerTrust.PublicAuthorities()
            : settings.trust();
    try {
      TlsTrust.manager(judge).checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
      return Optional.empty();
    } catch (CertificateException e) {
      return Optional.of(OutboundException.text(e));
    }
  }
}
