package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;

/// The OCSP responder of a server as `openssl ocsp` and plain HTTP see it.
final class Ocsp {

  static final String PATH = "/.well-known/pki/ocsp/iss-local";

  private final CertctlServer server;
  private final Path work;
  private final String path;
  private final List<X509Certificate> chain;

  /// The responder of the first CA.
  Ocsp(CertctlServer server, Path work) {
    this(server, work, PATH, server.data().chain());
  }

  private Ocsp(CertctlServer server, Path work, String path, List<X509Certificate> chain) {
    this.server = server;
    this.work = work;
    this.path = path;
    this.chain = List.copyOf(chain);
  }

  /// The responder of the second CA.
  static Ocsp ofNextCa(CertctlServer server, Path work, List<X509Certificate> chain) {
    return new Ocsp(server, work, PATH + "-2", chain);
  }

  /// Asks by POST, as `openssl` does, and has the answer verified.
  Command.Result ask(X509Certificate certificate, String... more) {
    return openssl(certificate).and("-url", url()).and(more).run();
  }

  /// Has an answer verified that came in another way.
  Command.Result verify(X509Certificate certificate, byte[] answer) {
    try {
      var file = Files.write(work.resolve("answer.der"), answer);
      return openssl(certificate).and("-no_nonce", "-respin", file.toString()).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Command openssl(X509Certificate certificate) {
    return Command.of(
        "openssl",
        "ocsp",
        "-issuer",
        pem("issuing", List.of(issuer())),
        "-cert",
        pem("leaf", List.of(certificate)),
        "-CAfile",
        pem("chain", chain));
  }

  /// A request without a nonce, made by `openssl`.
  byte[] request(X509Certificate issuer, BigInteger serialNumber) {
    try {
      var file = work.resolve("request.der");
      Command.of(
              "openssl",
              "ocsp",
              "-no_nonce",
              "-issuer",
              pem("other", List.of(issuer)),
              "-serial",
              serialNumber.toString(),
              "-reqout",
              file.toString())
          .run()
          .succeeded();
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same for a certificate of the server.
  byte[] request(X509Certificate certificate) {
    return request(issuer(), certificate.getSerialNumber());
  }

  /// One GET with further header lines.
  RawHttp.Response get(String inPath, String... headers) {
    var head = new StringBuilder("GET " + path + "/" + inPath + " HTTP/1.1\r\nHost: a\r\n");
    for (var header : headers) {
      head.append(header).append("\r\n");
    }
    return exchange(head + "Connection: close\r\n\r\n");
  }

  /// One GET by `curl`.
  byte[] curl(String inPath) {
    var file = work.resolve("by-curl.der");
    Command.of("curl", "--silent", "--fail", "--output", file.toString(), url() + "/" + inPath)
        .run()
        .succeeded();
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One POST.
  RawHttp.Response post(byte[] request, String type) {
    return exchange(
        "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                .formatted(path, type, request.length)
            + "Connection: close\r\n\r\n",
        request);
  }

  /// One POST of the right type.
  RawHttp.Response post(byte[] request) {
    return post(request, "application/ocsp-request");
  }

  RawHttp.Response exchange(String head, byte[]... parts) {
    try {
      return RawHttp.exchange(server.httpPort(), head, parts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String base64(byte[] request) {
    return Base64.getEncoder().encodeToString(request);
  }

  static String escaped(byte[] request) {
    return URLEncoder.encode(base64(request), StandardCharsets.US_ASCII);
  }

  /// What is in an answer.
  static BasicOCSPResp content(byte[] answer) {
    try {
      return (BasicOCSPResp) new OCSPResp(answer).getResponseObject();
    } catch (IOException | OCSPException e) {
      throw new AssertionError("no OCSP answer", e);
    }
  }

  /// The certificate that the server's answers are signed with now.
  X509CertificateHolder responder(X509Certificate certificate) {
    return content(post(request(certificate)).body()).getCerts()[0];
  }

  X509Certificate issuer() {
    return chain.getFirst();
  }

  private String url() {
    return "http://127.0.0.1:" + server.httpPort() + path;
  }

  private String pem(String name, List<X509Certificate> certificates) {
    return OpenSsl.writePem(work.resolve(name + ".pem"), certificates).toString();
  }
}
