package org.certctl.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 that takes requests without a Host field, as strongSwan's GET and old routers send
/// them, and whose listeners can share a number of connections.
///
/// RFC 9112, section 3.2, has servers answer 400; SCEP clients do not know. Tomcat has no switch
/// for it, so a Host field of `localhost` is put where there is none, at the one call that Tomcat
/// makes between parsing the fields and checking them. Nothing here depends on the host's name.
public final class HostlessHttp11Protocol extends Http11NioProtocol {

  private static final String HOST = "host";
  private static final byte[] LOCALHOST = "localhost".getBytes(StandardCharsets.US_ASCII);
  private static final ScopedValue<HostlessProcessor> CURRENT = ScopedValue.newInstance();

  private final SharedNioEndpoint endpoint;

  /// Made by Tomcat, by its name.
  public HostlessHttp11Protocol() {
    this(new SharedNioEndpoint());
  }

  private HostlessHttp11Protocol(SharedNioEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  /// Takes a place for each connection, and gives it back when that ends; to be called before the
  /// listener starts.
  void share(Semaphore places) {
    endpoint.share(places);
  }

  @Override
  protected Processor createProcessor() {
    return new HostlessProcessor(this, getAdapter());
  }

  /// Called by the processor for each request before it checks the Host field.
  @Override
  public @Nullable Pattern getRestrictedUserAgentsPattern() {
    if (CURRENT.isBound()) {
      CURRENT.get().addMissingHost();
    }
    return super.getRestrictedUserAgentsPattern();
  }

  private static final class HostlessProcessor extends Http11Processor {

    HostlessProcessor(HostlessHttp11Protocol protocol, Adapter adapter) {
      super(protocol, adapter);
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socketWrapper) throws java.io.IOException {
      return ScopedValue.where(CURRENT, this).call(() -> super.service(socketWrapper));
    }

    private void addMissingHost() {
      if (request.getMimeHeaders().getValue(HOST) == null) {
        request.getMimeHeaders().addValue(HOST).setBytes(LOCALHOST, 0, LOCALHOST.length);
      }
    }
  }
}
