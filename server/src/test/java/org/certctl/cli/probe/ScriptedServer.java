package org.certctl.cli.probe;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.certctl.cli.testserver.TestServer;
import org.certctl.outbound.HttpAnswer;
import org.certctl.outbound.TlsObservation;
import org.certctl.scep.client.ScepHttpRequest;
import org.certctl.scep.client.ScepHttpResponse;
import org.jspecify.annotations.Nullable;

/// A test server as the probe sees it, with answers put in the place of some of its own.
final class ScriptedServer implements ProbedServer {
  final TestServer scep = new TestServer();
  final Map<String, String> fields = new HashMap<>();
  URI url = URI.create("http://scep.test/scep");
  boolean needsHost;
  Predicate<Query> broken = _ -> false;
  int brokenStatus = 500;
  String brokenBody = "";
  @Nullable IOException failure;
  @Nullable TlsObservation tls;
  Predicate<List<String>> refusesVersions = _ -> false;

  @Override
  public URI url() {
    return url;
  }

  @Override
  public HttpAnswer send(Query query) throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (broken.test(query)) {
      return answer(brokenStatus, "text/plain", brokenBody.getBytes(StandardCharsets.ISO_8859_1));
    }
    ScepHttpResponse response =
        scep.exchange(
            new ScepHttpRequest(
                query.method(),
                query.rawQuery(),
                query.fields().get("Content-Type"),
                query.body()));
    String type = response.contentType();
    return answer(response.status(), type == null ? "" : type, response.body());
  }

  private HttpAnswer answer(int status, String type, byte[] body) {
    Map<String, List<String>> all = new HashMap<>();
    all.put("Content-Type", List.of(type));
    fields.forEach((name, value) -> all.put(name, List.of(value)));
    return new HttpAnswer(status, all, body);
  }

  @Override
  public HttpAnswer sendRaw(byte[] request) throws IOException {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    boolean hasHost = text.contains("\r\nHost:");
    if (needsHost && !hasHost) {
      return answer(400, "text/html", new byte[0]);
    }
    String target = text.split(" ", -1)[1];
    return get(target.substring(target.indexOf('?') + 1));
  }

  @Override
  public TlsObservation shakeHands(String... versions) throws IOException {
    if (tls == null || refusesVersions.test(List.of(versions))) {
      throw new IOException("no TLS here");
    }
    return tls;
  }
}
