package org.certctl.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/// Sets up the listeners: TLS for everything, plain HTTP for SCEP when wanted, TLS with client
/// certificates for SCEP when wanted, management.
///
/// Every request runs on a virtual thread of its own.
public final class Listeners implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

  /// The name of the bundle with the server's TLS certificate and key.
  public static final String TLS_BUNDLE = "server";

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  /// On all listeners for devices together; more wait in the backlog. One that has sent half a
  /// request holds about 120 KiB, by TLS 175 KiB, measured: 49 MiB at the most, of a heap of 128.
  private static final int MAX_CONNECTIONS = 288;

  private static final int MAX_MANAGEMENT_CONNECTIONS = 32;

  /// So many buffers for requests are kept by each listener after a rush. Answers end in groups, as
  /// they are committed: with fewer, a rush of 64 makes buffers of 90 KiB anew for most requests.
  /// With more, three listeners could be made to keep what the heap has left, one after the other.
  private static final int KEPT_PROCESSORS = 96;

  private static final int BACKLOG = 1024;
  private static final int MAX_REQUESTS_PER_CONNECTION = -1;

  private final ListenerSettings settings;
  private final SslBundles bundles;
  private final Semaphore places = new Semaphore(MAX_CONNECTIONS, true);

  /// @param settings where to listen
  /// @param bundles where the server's TLS certificate is
  public Listeners(ListenerSettings settings, SslBundles bundles) {
    this.settings = settings;
    this.bundles = bundles;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.setProtocol(HostlessHttp11Protocol.class.getName());
    factory.addConnectorCustomizers(this::tuneForDevices);
    settings.plainScepPort().ifPresent(port -> factory.addAdditionalConnectors(forDevices(port)));
    settings.mtlsScepPort().ifPresent(port -> factory.addAdditionalConnectors(mutualTls(port)));
    factory.addAdditionalConnectors(management());
    factory.addContextCustomizers(
        context -> {
          if (context.getParent() instanceof StandardHost host) {
            host.setErrorReportValveClass(PlainErrorReports.class.getName());
          }
        });
  }

  private Connector mutualTls(int port) {
    Connector connector = forDevices(port);
    new MutualTls(bundles).applyTo(connector);
    return connector;
  }

  private Connector forDevices(int port) {
    Connector connector = plain(settings.host(), port);
    tuneForDevices(connector);
    return connector;
  }

  private Connector management() {
    Connector connector = plain(settings.managementHost(), settings.managementPort());
    tune(connector, MAX_MANAGEMENT_CONNECTIONS);
    return connector;
  }

  private static Connector plain(String host, int port) {
    Connector connector = new Connector(HostlessHttp11Protocol.class.getName());
    connector.setPort(port);
    if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
      try {
        protocol.setAddress(InetAddress.getByName(host));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("cannot listen on host " + host, e);
      }
    }
    return connector;
  }

  private void tuneForDevices(Connector connector) {
    tune(connector, MAX_CONNECTIONS);
    if (connector.getProtocolHandler() instanceof HostlessHttp11Protocol protocol) {
      protocol.share(places);
    }
  }

  private static void tune(Connector connector, int maxConnections) {
    // The body of a SCEP message is never a form.
    connector.setParseBodyMethods("");
    connector.setXpoweredBy(false);
    // OCSP by GET has base64 in its path, where a slash may come escaped.
    connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
    // So that TRACE too is refused by the servlet, which knows what it allows.
    connector.setAllowTrace(true);
    if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
      protocol.setExecutor(new VirtualThreadExecutor("http-"));
      protocol.setMaxHttpRequestHeaderSize(ListenerSettings.MAX_REQUEST_HEADER_BYTES);
      protocol.setConnectionTimeout((int) READ_TIMEOUT.toMillis());
      protocol.setKeepAliveTimeout((int) KEEP_ALIVE.toMillis());
      protocol.setMaxKeepAliveRequests(MAX_REQUESTS_PER_CONNECTION);
      protocol.setMaxConnections(maxConnections);
      protocol.setProcessorCache(KEPT_PROCESSORS);
      protocol.setAcceptCount(BACKLOG);
      // Routers put raw characters into the query that RFC 3986 would have escaped.
      protocol.setRelaxedQueryChars("\"<>[\\]^`{|}");
    }
  }
}
