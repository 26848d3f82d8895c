package org.certctl.outbound;

import java.io.IOException;
import java.net.URI;
import org.certctl.scep.client.ScepHttpRequest;
import org.certctl.scep.client.ScepHttpResponse;
import org.certctl.scep.client.ScepTransport;

/// Carries SCEP over HTTP to one endpoint; queries and bodies go and come octet by octet.
public final class HttpScepTransport implements ScepTransport {

  private final OutboundClient client;
  private final URI endpoint;

  /// Talks to the endpoint with a client that stays its owner's.
  ///
  /// @throws IllegalArgumentException when the address has a query or a fragment
  public HttpScepTransport(OutboundClient client, URI endpoint) {
    if (endpoint.getRawQuery() != null || endpoint.getRawFragment() != null) {
      throw new IllegalArgumentException("the address of an endpoint has no query");
    }
    this.client = client;
    this.endpoint = endpoint;
  }

  @Override
  public ScepHttpResponse exchange(ScepHttpRequest request) throws IOException {
    HttpCall call =
        new HttpCall(
            request.method(),
            URI.create(endpoint + "?" + request.rawQuery()),
            java.util.Map.of(),
            request.body());
    String type = request.contentType();
    HttpAnswer answer = client.send(type == null ? call : call.with("Content-Type", type));
    return new ScepHttpResponse(
        answer.status(), answer.field("Content-Type").orElse(null), answer.body());
  }
}
