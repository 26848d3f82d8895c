package org.certctl.cli.probe;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.certctl.cli.probe.ProbeMessages.Algorithms;
import org.certctl.cli.probe.ProbeMessages.Reply;
import org.certctl.cli.probe.ProbeMessages.Sent;
import org.certctl.outbound.HttpAnswer;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.client.CertRep;

/// PKIOperation, tried with polls for transactions that do not exist: they are read, verified and
/// opened like any message, and change nothing.
final class MessagesCheck {

  private static final String OPERATION = "operation=PKIOperation";
  private static final int BASE64_LINE = 64;

  private final ProbedServer server;
  private final ProbeMessages messages;
  private final Findings.Reporter report;
  private final ReplyShapeCheck shape;

  MessagesCheck(ProbedServer server, ProbeMessages messages, Findings findings) {
    this.server = server;
    this.messages = messages;
    this.report = findings.about(Topic.MESSAGES);
    this.shape = new ReplyShapeCheck(report);
  }

  /// Tries POST, GET in its spellings, and algorithms.
  ///
  /// @param keywords what the server announces
  void run(Set<String> keywords) {
    Optional<Reply> post = post();
    Optional<Reply> get = get();
    Reply usual =
        post.filter(Reply.Signed.class::isInstance)
            .or(() -> get.filter(Reply.Signed.class::isInstance))
            .orElse(null);
    describe(post, get);
    if (get.filter(reply -> reply instanceof Reply.Signed).isPresent()) {
      spellings();
    }
    if (usual instanceof Reply.Signed signed) {
      shape.run(signed);
      boolean byPost = post.filter(Reply.Signed.class::isInstance).isPresent();
      if (byPost) {
        contentTypes();
      }
      algorithms(keywords, byPost);
    }
  }

  private Optional<Reply> post() {
    Sent sent = messages.poll(Algorithms.STANDARD);
    return reply(
        "POST",
        sent,
        ProbedServer.Query.post(OPERATION, sent.octets())
            .with("Content-Type", "application/x-pki-message"));
  }

  private Optional<Reply> get() {
    Sent sent = messages.poll(Algorithms.STANDARD);
    return reply("GET", sent, getQuery(ProbeMessages.escaped(sent.base64())));
  }

  private static ProbedServer.Query getQuery(String message) {
    return ProbedServer.Query.get(OPERATION + "&message=" + message);
  }

  private Optional<Reply> reply(String method, Sent sent, ProbedServer.Query query) {
    try {
      HttpAnswer answer = server.send(query);
      return Optional.of(messages.read(answer, sent));
    } catch (IOException e) {
      report.problem(
          "message_" + method.toLowerCase(java.util.Locale.ROOT) + "_failed",
          "PKIOperation by " + method + " breaks: " + e.getMessage() + ".",
          "");
      return Optional.empty();
    }
  }

  private void describe(Optional<Reply> post, Optional<Reply> get) {
    post.ifPresent(
        reply -> method("POST", reply, get.filter(Reply.Signed.class::isInstance).isPresent()));
    get.ifPresent(
        reply -> method("GET", reply, post.filter(Reply.Signed.class::isInstance).isPresent()));
    if (post.filter(Reply.Status.class::isInstance).isPresent() && post.equals(get)) {
      Reply.Status status = (Reply.Status) post.get();
      report.warning(
          "message_poll_status",
          "A poll for an unknown transaction is answered with HTTP "
              + status.status()
              + ", not with a signed FAILURE.",
          "Once a message verifies, refuse it in a CertRep with status 200 (RFC 8894, section"
              + " 3.3.2.2). Which algorithms are taken cannot be told from here.",
          Clients.JSCEP,
          Clients.CERTMONGER,
          Clients.STRONGSWAN);
    }
  }

  private void method(String method, Reply reply, boolean otherWorks) {
    String code = "message_" + method.toLowerCase(java.util.Locale.ROOT);
    switch (reply) {
      case Reply.Signed(CertRep.Failure(var failInfo, var text), _, _) ->
          report.ok(
              code,
              "PKIOperation by "
                  + method
                  + " is served; a poll for an unknown transaction is refused with "
                  + ReplyShapeCheck.describe(failInfo, text)
                  + ".");
      case Reply.Signed _ ->
          report.note(
              code,
              "A poll by " + method + " for an unknown transaction is not refused.",
              "FAILURE badCertId would be right.");
      case Reply.Unusable unusable -> shape.unusable("The answer to a " + method, unusable);
      case Reply.Status(int status) -> {
        if (otherWorks) {
          boolean post = method.equals("POST");
          report.problem(
              code,
              "PKIOperation by " + method + " is answered with HTTP " + status + ".",
              post
                  ? "RFC 8894, section 2.9, makes POST mandatory."
                  : "Serve GET too: these clients use it even when POST is announced.",
              post
                  ? new String[] {Clients.APPLE, Clients.STRONGSWAN, Clients.JSCEP}
                  : new String[] {Clients.CERTMONGER, Clients.CISCO, Clients.OLD_DEVICES});
        }
      }
    }
  }

  private void spellings() {
    spelling(
        "message_get_raw_plus",
        "a GET with a bare '+' in the base64",
        sent -> sent.base64().replace("=", "%3D"),
        "Decode the raw query; form decoding turns '+' into a blank.",
        Clients.JSCEP,
        "macOS");
    spelling(
        "message_get_line_ends",
        "a GET with line ends in the base64",
        sent -> sent.base64().replaceAll("(.{" + BASE64_LINE + "})", "$1%0A").replace("+", "%2B"),
        "Skip white space in the message.",
        Clients.STRONGSWAN,
        Clients.CISCO);
  }

  private interface Spelling {
    String of(Sent sent);
  }

  private void spelling(
      String code, String what, Spelling spelling, String hint, String... clients) {
    Sent sent = messages.poll(Algorithms.STANDARD);
    Optional<Reply> reply = reply("GET", sent, getQuery(spelling.of(sent)));
    if (reply.filter(Reply.Signed.class::isInstance).isPresent()) {
      report.ok(code, "Takes " + what + ".");
    } else {
      report.warning(code, "Does not take " + what + ".", hint, clients);
    }
  }

  private void contentTypes() {
    Sent without = messages.poll(Algorithms.STANDARD);
    accepted(
        "message_post_no_type",
        "a POST without media type",
        reply("POST", without, ProbedServer.Query.post(OPERATION, without.octets())),
        Clients.STRONGSWAN,
        Clients.SSCEP);
    Sent octets = messages.poll(Algorithms.STANDARD);
    accepted(
        "message_post_octet_stream",
        "a POST of application/octet-stream",
        reply(
            "POST",
            octets,
            ProbedServer.Query.post(OPERATION, octets.octets())
                .with("Content-Type", "application/octet-stream")),
        Clients.JSCEP);
  }

  private void accepted(String code, String what, Optional<Reply> reply, String... clients) {
    if (reply.filter(Reply.Signed.class::isInstance).isPresent()) {
      report.ok(code, "Takes " + what + ".");
    } else {
      report.problem(
          code, "Does not take " + what + ".", "Do not look at the request's media type.", clients);
    }
  }

  private void algorithms(Set<String> keywords, boolean byPost) {
    Algorithms standard = Algorithms.STANDARD;
    if (!taken(standard, byPost)) {
      report.problem(
          "message_standard_algorithms",
          "AES-128 with SHA-256 is refused.",
          "RFC 8894, section 2.9, makes both mandatory.",
          "all");
      return;
    }
    if (taken(standard.with(ContentCipher.AES_256), byPost)) {
      report.ok("message_aes256", "Takes AES-256, which certmonger chooses when it sees AES.");
    } else {
      report.warning(
          "message_aes256",
          "Refuses AES-256.",
          "certmonger chooses it when it sees the keyword AES.",
          Clients.CERTMONGER);
    }
    if (taken(standard.with(KeyTransport.RSA_OAEP_SHA1), byPost)) {
      report.ok("message_oaep", "Takes RSAES-OAEP, which Windows may use.");
    } else {
      report.note("message_oaep", "Refuses RSAES-OAEP.", "", Clients.WINDOWS);
    }
    if (keywords.contains("SHA-512") && !taken(standard.with(DigestAlgorithm.SHA512), byPost)) {
      report.problem(
          "message_sha512", "Announces SHA-512, but refuses it.", "", Clients.SSCEP, Clients.JSCEP);
    }
    legacy(keywords, "DES3", standard.with(ContentCipher.DES_EDE3), byPost);
    legacy(keywords, "SHA-1", standard.with(DigestAlgorithm.SHA1), byPost);
    forbidden("single DES", "message_des", standard.with(ContentCipher.DES), byPost);
    forbidden("MD5", "message_md5", standard.with(DigestAlgorithm.MD5), byPost);
  }

  private void legacy(Set<String> keywords, String keyword, Algorithms algorithms, boolean byPost) {
    boolean taken = taken(algorithms, byPost);
    if (keywords.contains(keyword) && !taken) {
      report.problem(
          "message_announced_not_taken",
          "Announces " + keyword + ", but refuses it.",
          "Announce what is taken.",
          Clients.OLD_DEVICES);
    } else if (!keywords.contains(keyword) && taken) {
      report.note(
          "message_taken_not_announced",
          "Takes " + keyword + " although it does not announce it.",
          "An attacker can talk clients into it: refuse what is not meant.");
    }
  }

  private void forbidden(String what, String code, Algorithms algorithms, boolean byPost) {
    if (taken(algorithms, byPost)) {
      report.warning(code, "Takes " + what + ", which RFC 8894 forbids.", "Refuse it with badAlg.");
    } else {
      report.ok(code, "Refuses " + what + ".");
    }
  }

  /// Whether a message is understood: refused for anything but its algorithms.
  private boolean taken(Algorithms algorithms, boolean byPost) {
    Sent sent = messages.poll(algorithms);
    Optional<Reply> reply =
        byPost
            ? reply(
                "POST",
                sent,
                ProbedServer.Query.post(OPERATION, sent.octets())
                    .with("Content-Type", "application/x-pki-message"))
            : reply("GET", sent, getQuery(ProbeMessages.escaped(sent.base64())));
    return reply.isPresent()
        && reply.get() instanceof Reply.Signed signed
        && !(signed.rep() instanceof CertRep.Failure failure
            && failure.failInfo() == FailInfo.BAD_ALG);
  }
}
