package org.certctl.cli.probe;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.certctl.outbound.HttpAnswer;
import org.certctl.scep.CaCapability;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.http.MediaTypes;

/// GetCACert as various clients ask for it, and GetNextCACert.
final class CaVariantsCheck {

  private final ProbedServer server;
  private final Findings.Reporter report;
  private int failures;

  CaVariantsCheck(ProbedServer server, Findings findings) {
    this.server = server;
    this.report = findings.about(Topic.CA_CERTIFICATES);
  }

  /// A way to ask: what stands in `message`, and who asks like this.
  private record Variant(String message, String client) {}

  /// Asks with the CA identifiers that clients send unasked.
  ///
  /// @param plain the answer without one
  void identifiers(HttpAnswer plain) {
    int before = failures;
    for (Variant variant :
        List.of(
            new Variant("", "some"),
            new Variant("0", Clients.CERTMONGER),
            new Variant("1", Clients.CERTMONGER),
            new Variant("CAIdentifier", Clients.SSCEP),
            new Variant("default", Clients.WINDOWS))) {
      try {
        compare(plain, server.get("operation=GetCACert&message=" + variant.message()), variant);
      } catch (IOException e) {
        failed(variant, String.valueOf(e.getMessage()));
      }
    }
    if (failures == before) {
      report.ok("ca_any_identifier", "GetCACert answers alike whatever CA identifier is sent.");
    }
  }

  private void compare(HttpAnswer plain, HttpAnswer answer, Variant variant) {
    if (answer.status() != plain.status()) {
      failed(variant, "HTTP " + answer.status());
    } else if (!Arrays.equals(answer.body(), plain.body())) {
      failures++;
      report.note(
          "ca_identifier_matters",
          "GetCACert with message=" + variant.message() + " gives other certificates.",
          "Right for a server with several CAs; else answer alike.",
          variant.client());
    }
  }

  private void failed(Variant variant, String how) {
    failures++;
    report.problem(
        "ca_identifier_refused",
        "GetCACert with message=" + variant.message() + " fails (" + how + ").",
        "Ignore a CA identifier that is not known: clients send one without being told to.",
        variant.client());
  }

  /// Asks for the next CA.
  void next(Set<String> keywords, CaCertificates ca, ScepCrypto crypto) {
    boolean announced = keywords.contains(CaCapability.GET_NEXT_CA_CERT.keyword());
    try {
      HttpAnswer answer = server.get("operation=GetNextCACert");
      if (answer.status() != 200) {
        if (announced) {
          report.warning(
              "next_ca_missing",
              "GetNextCACert is announced, but answered with HTTP " + answer.status() + ".",
              "Announce it only while there is a next CA.");
        }
        return;
      }
      String type = answer.field("Content-Type").orElse("");
      if (!type.equals(MediaTypes.NEXT_CA_CERT)) {
        if (announced) {
          report.problem(
              "next_ca_media_type",
              "GetNextCACert has the media type \"" + type + "\".",
              "Send " + MediaTypes.NEXT_CA_CERT + ".");
        }
        return;
      }
      new CertRepReader(crypto, Limits.defaults()).readNextCaCert(answer.body(), ca.signers());
      report.ok("next_ca", "The next CA is there, and the present one vouches for it.");
    } catch (ScepFormatException e) {
      report.problem(
          "next_ca_unusable",
          "The answer to GetNextCACert cannot be used: " + e.getMessage() + ".",
          "Sign it with the present CA's key (RFC 8894, section 4.7.1).");
    } catch (IOException e) {
      report.problem("next_ca_failed", "GetNextCACert: " + e.getMessage() + ".", "");
    }
  }
}
