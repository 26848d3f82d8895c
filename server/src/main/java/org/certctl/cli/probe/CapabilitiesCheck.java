package org.certctl.cli.probe;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.certctl.outbound.HttpAnswer;
import org.certctl.scep.CaCapability;

/// The answer to GetCACaps, octet by octet (RFC 8894, section 3.5.2).
final class CapabilitiesCheck {

  private static final int CERTMONGER_LIMIT_BYTES = 1024;
  private static final Set<String> PRIVATE_BUT_KNOWN =
      Set.of("AES128", "AES192", "AES256", "SHA-224", "Update");
  private static final Map<String, String> MISSPELT = misspelt();

  private final Findings.Reporter report;

  CapabilitiesCheck(Findings findings) {
    this.report = findings.about(Topic.CAPABILITIES);
  }

  private static Map<String, String> misspelt() {
    Map<String, String> spellings = new LinkedHashMap<>();
    for (CaCapability capability : CaCapability.values()) {
      spellings.put(
          capability.keyword().toLowerCase(Locale.ROOT).replace("-", ""), capability.keyword());
    }
    spellings.put("3des", "DES3");
    spellings.put("tripledes", "DES3");
    return spellings;
  }

  /// Looks at the answer and returns the keywords as a tolerant client reads them.
  Set<String> run(HttpAnswer answer) {
    if (answer.status() != 200) {
      report.problem(
          "caps_missing",
          "No capabilities: clients must assume the least, triple or single DES with SHA-1 or MD5.",
          "Answer GetCACaps with 200.",
          Clients.SSCEP,
          Clients.JSCEP,
          Clients.CERTMONGER);
      return Set.of();
    }
    String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
    if (text.stripLeading().startsWith("<")) {
      report.problem(
          "caps_web_page",
          "GetCACaps is answered with a web page.",
          "Is this the address of the SCEP endpoint, or is a proxy or a login page in front of it?",
          "all");
      return Set.of();
    }
    form(answer, text);
    Set<String> keywords = new LinkedHashSet<>();
    text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(keywords::add);
    if (keywords.isEmpty()) {
      report.problem("caps_empty", "Announces nothing.", "", Clients.SSCEP, Clients.JSCEP);
      return keywords;
    }
    report.ok("caps_announced", "Announces " + String.join(" ", keywords) + ".");
    spelling(keywords);
    standard(keywords);
    weak(keywords);
    quirks(keywords);
    return keywords;
  }

  private void form(HttpAnswer answer, String text) {
    String type = answer.field("Content-Type").orElse("");
    if (type.contains(";")) {
      report.note(
          "caps_media_type_parameter",
          "The media type is \"" + type + "\".",
          "Send text/plain without a charset; sscep before 0.9 compares it whole.",
          "sscep before 0.9");
    } else if (!type.strip().equalsIgnoreCase("text/plain")) {
      report.note("caps_media_type", "The media type is \"" + type + "\", not text/plain.", "");
    }
    if (text.indexOf('\r') >= 0) {
      report.warning(
          "caps_carriage_return",
          "Lines end in CR LF. RFC 8894 allows it, but clients that split at LF see a CR at the end"
              + " of each keyword and recognise none.",
          "Use LF alone, which everyone reads.",
          Clients.APPLE);
    }
    if (hasBlankLine(text)) {
      report.warning(
          "caps_blank_line",
          "There is a blank line; strongSwan takes it for every keyword at once.",
          "Leave it out.",
          Clients.STRONGSWAN);
    }
    if (text.length() > CERTMONGER_LIMIT_BYTES) {
      report.problem(
          "caps_too_long",
          "The list has " + text.length() + " octets; certmonger takes 1024.",
          "Shorten it.",
          Clients.CERTMONGER);
    }
  }

  private static boolean hasBlankLine(String text) {
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return !body.isEmpty() && body.lines().anyMatch(String::isBlank);
  }

  private void spelling(Set<String> keywords) {
    Set<String> unknown = new TreeSet<>();
    for (String keyword : keywords) {
      if (CaCapability.ofKeyword(keyword).isPresent() || PRIVATE_BUT_KNOWN.contains(keyword)) {
        continue;
      }
      String meant = MISSPELT.get(keyword.toLowerCase(Locale.ROOT).replace("-", ""));
      if (meant != null) {
        report.problem(
            "caps_misspelt",
            "\"" + keyword + "\" is written \"" + meant + "\".",
            "Most clients compare exactly (RFC 8894, section 3.5.2).",
            Clients.SSCEP,
            Clients.APPLE,
            Clients.JSCEP);
      } else if (!keyword.equals("DES") && !keyword.equals("MD5")) {
        unknown.add(keyword);
      }
    }
    if (!unknown.isEmpty()) {
      report.note(
          "caps_unknown",
          "Not in RFC 8894: " + String.join(" ", unknown) + "; clients ignore them.",
          "");
    }
  }

  private void standard(Set<String> keywords) {
    boolean standard = keywords.contains("SCEPStandard");
    boolean aes = keywords.contains("AES");
    boolean sha2 = keywords.contains("SHA-256") || keywords.contains("SHA-512");
    boolean post = keywords.contains("POSTPKIOperation");
    if (!standard) {
      report.warning(
          "caps_not_standard",
          "No SCEPStandard: the server does not say that it keeps to RFC 8894.",
          "Announce it when AES, SHA-256 and POST are served.");
    }
    for (Missing missing :
        List.of(
            new Missing(aes, "AES", "clients encrypt with triple or single DES"),
            new Missing(sha2, "SHA-256", "clients sign with SHA-1 or MD5"),
            new Missing(post, "POSTPKIOperation", "clients send by GET"))) {
      if (missing.present()) {
        continue;
      }
      String code = "caps_no_" + missing.keyword().toLowerCase(Locale.ROOT).replace("-", "");
      if (standard) {
        report.note(
            code,
            "SCEPStandard stands for " + missing.keyword() + ", but only newer clients know.",
            "Announce " + missing.keyword() + " too.",
            Clients.OLD_DEVICES);
      } else {
        report.warning(
            code,
            "No " + missing.keyword() + ": " + missing.consequence() + ".",
            "Serve and announce it.",
            Clients.SSCEP,
            Clients.JSCEP,
            Clients.APPLE);
      }
    }
  }

  private record Missing(boolean present, String keyword, String consequence) {}

  private void weak(Set<String> keywords) {
    for (String broken : List.of("DES", "MD5")) {
      if (keywords.contains(broken)) {
        report.problem(
            "caps_" + broken.toLowerCase(Locale.ROOT),
            "Announces " + broken + ", which RFC 8894 forbids.",
            "Switch it off.",
            Clients.APPLE);
      }
    }
    if (keywords.contains("DES3") || keywords.contains("SHA-1")) {
      report.note(
          "caps_legacy",
          "Announces triple DES or SHA-1, for old devices.",
          "Switch them off when no device needs them.");
    }
  }

  private void quirks(Set<String> keywords) {
    boolean strong = keywords.contains("SHA-256") || keywords.contains("SHA-512");
    if (strong && !keywords.contains("SHA-384")) {
      report.warning(
          "caps_no_sha384",
          "No SHA-384: a fault in strongSwan's table makes it miss AES, SHA-256, POST and renewal"
              + " without this keyword (\"digest not supported by CA\").",
          "Announce SHA-384 too; everyone else ignores it.",
          Clients.STRONGSWAN_DEBIAN_12);
    }
    if (keywords.contains("AES256") || keywords.contains("AES192")) {
      report.note(
          "caps_private_aes",
          "AES256 or AES192 are private keywords; certmonger prefers them when it sees them.",
          "Leave them out unless such messages are taken.",
          Clients.CERTMONGER);
    }
    if (!keywords.contains("Renewal")) {
      report.note(
          "caps_no_renewal",
          "No Renewal: clients that renew with their certificate do not try it.",
          "",
          Clients.CERTMONGER,
          "macOS");
    }
  }
}
