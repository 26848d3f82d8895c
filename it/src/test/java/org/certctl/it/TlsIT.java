package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.certctl.it.Reply.FailInfoCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The HTTPS listener.
final class TlsIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final int ALERT = 21;
  private static final int PROTOCOL_VERSION = 70;

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void enrollsWithoutAskingForAClientCertificate(String protocol) throws Exception {
    var asked = new AtomicInteger();
    var context = context(SERVER, new CountingKeyManager(asked));
    var device = new Device(SERVER, "tls-1");
    var message = device.message();
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", SERVER.httpsPort())) {
      socket.setEnabledProtocols(new String[] {protocol});
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      var connection = RawHttp.over(socket);
      connection.send(
          "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              + message.length
              + "\r\n\r\n");
      connection.send(message);

      device.certificate(device.read(connection.read()));
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void CH9_wantsTheChallengeUnderTlsToo() throws Exception {
    var device = new Device(SERVER, "tls-2").request(_ -> {});
    var message = device.message();
    try (var connection =
        RawHttp.tls(
            SERVER.httpsPort(), context(SERVER, new CountingKeyManager(new AtomicInteger())))) {
      connection.send(
          "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              + message.length
              + "\r\n\r\n");
      connection.send(message);

      device.read(connection.read()).failedWith(FailInfoCode.BAD_REQUEST);
    }
  }

  @Test
  void answersHealthAndReady() throws Exception {
    for (var path : new String[] {"/health", "/ready"}) {
      assertThat(get(path).status()).as(path).isEqualTo(200);
    }
    for (var path :
        new String[] {"/metrics", "/metrics;x", "/%6detrics", "//metrics", "/x/../metrics"}) {
      assertThat(get(path).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void refusesTls11() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.httpsPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(clientHello(0x0302));
      var in = new DataInputStream(socket.getInputStream());

      assertThat(in.readUnsignedByte()).isEqualTo(ALERT);
      in.readUnsignedShort();
      in.readUnsignedShort();
      in.readUnsignedByte();
      assertThat(in.readUnsignedByte()).isEqualTo(PROTOCOL_VERSION);
    }
  }

  @Test
  void survivesPlainBytes() throws Exception {
    for (var bytes : new String[] {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\0\0\0\0\0\0\0\0", "x"}) {
      try (var connection = RawHttp.plain(SERVER.httpsPort())) {
        connection.send(bytes);
        if (bytes.length() > 1) {
          assertThat(connection.isEndedByServer()).isTrue();
        }
      }
    }

    assertThat(get("/health").status()).isEqualTo(200);
  }

  private static RawHttp.Response get(String path) throws Exception {
    return get(SERVER, path);
  }

  /// One GET by TLS.
  static RawHttp.Response get(CertctlServer server, String path) throws Exception {
    try (var connection = RawHttp.tls(server.httpsPort(), context(server))) {
      connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return connection.read();
    }
  }

  private static SSLContext context(CertctlServer server, KeyManager... keyManagers)
      throws GeneralSecurityException, IOException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("root", server.data().root());
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers, factory.getTrustManagers(), null);
    return context;
  }

  /// A ClientHello that offers nothing newer than this version.
  private static byte[] clientHello(int version) throws IOException {
    var body = new ByteArrayOutputStream();
    var hello = new DataOutputStream(body);
    hello.writeShort(version);
    hello.write(new byte[32]);
    hello.writeByte(0);
    hello.writeShort(6);
    hello.writeShort(0xC013);
    hello.writeShort(0xC014);
    hello.writeShort(0x002F);
    hello.writeByte(1);
    hello.writeByte(0);
    var record = new ByteArrayOutputStream();
    var out = new DataOutputStream(record);
    out.writeByte(22);
    out.writeShort(0x0301);
    out.writeShort(body.size() + 4);
    out.writeByte(1);
    out.writeByte(0);
    out.writeShort(body.size());
    out.write(body.toByteArray());
    return record.toByteArray();
  }

  /// Counts how often the server asks for a client certificate.
  private static final class CountingKeyManager extends X509ExtendedKeyManager {

    private final AtomicInteger asked;

    CountingKeyManager(AtomicInteger asked) {
      this.asked = asked;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      asked.incrementAndGet();
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
