package org.certctl.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.ClientOptions;
import org.certctl.scep.client.ScepClient;
import org.certctl.scep.client.ScepHttpResponse;
import org.certctl.scep.client.ScepTransport;
import org.certctl.scep.cms.ScepCrypto;

/// What a running server says in GetCACert.
final class ServerCertificates {

  private ServerCertificates() {}

  /// The certificate that messages to the endpoint are encrypted to.
  static X509CertificateHolder recipient(URI url, ScepCrypto crypto)
      throws IOException, ScepFormatException {
    try (var http = HttpClient.newHttpClient()) {
      var options = ClientOptions.defaults();
      return new ScepClient(overHttp(http, url), crypto, new SecureRandom(), options)
          .getCaCert(null)
          .recipient();
    }
  }

  private static ScepTransport overHttp(HttpClient http, URI url) {
    return request -> {
      var target = URI.create(url + "?" + request.rawQuery());
      try {
        var response =
            http.send(
                HttpRequest.newBuilder(target).GET().build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return new ScepHttpResponse(
            response.statusCode(),
            response.headers().firstValue("Content-Type").orElse(""),
            response.body());
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    };
  }
}
