package org.certctl.cli.probe;

import java.io.IOException;
import java.net.URI;
import org.certctl.outbound.HttpAnswer;
import org.certctl.outbound.HttpCall;
import org.certctl.outbound.OutboundClient;
import org.certctl.outbound.OutboundSettings;
import org.certctl.outbound.RawHttp;
import org.certctl.outbound.ServerTrust;
import org.certctl.outbound.TlsInspector;
import org.certctl.outbound.TlsObservation;

/// A server on the network. It is talked to whatever certificate it shows; whether that one is
/// trusted is a finding.
final class NetworkServer implements ProbedServer, AutoCloseable {

  private final URI url;
  private final OutboundClient client;
  private final RawHttp raw;
  private final TlsInspector inspector;

  NetworkServer(URI url, OutboundSettings settings) {
    this.url = url;
    OutboundSettings trusting = settings.withTrust(new ServerTrust.Anyone(_ -> {}));
    this.client = OutboundClient.open(trusting);
    this.raw = new RawHttp(trusting);
    this.inspector = new TlsInspector(settings);
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public HttpAnswer send(Query query) throws IOException {
    String path = url.toString();
    String suffix = query.pathSuffix();
    String base =
        path.endsWith("/") && suffix.startsWith("/")
            ? path.substring(0, path.length() - 1) + suffix
            : path + suffix;
    return client.send(
        new HttpCall(
            query.method(),
            URI.create(base + "?" + query.rawQuery()),
            query.fields(),
            query.body()));
  }

  @Override
  public HttpAnswer sendRaw(byte[] request) throws IOException {
    return raw.send(url, request);
  }

  @Override
  public TlsObservation shakeHands(String... versions) throws IOException {
    return inspector.inspect(url, versions);
  }

  @Override
  public void close() {
    client.close();
  }
}
