package org.certctl.notice.mail;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.certctl.notice.Notice;
import org.certctl.notice.Notice.IssuedCertificate;
import org.certctl.notice.Notice.IssuedGroup;
import org.certctl.notice.Notice.ServerCertificate;

/// A notice as people read it: plain text, one fact a line.
final class MailText {

  private final StringBuilder text = new StringBuilder();
  private final Notice notice;

  private MailText(Notice notice) {
    this.notice = notice;
  }

  static String subject(Notice notice) {
    return "[certctl] " + notice.server() + ": " + notice.summary();
  }

  static String of(Notice notice) {
    return new MailText(notice).write();
  }

  private String write() {
    switch (notice.kind()) {
      case SERVER_CERTIFICATE -> {
        line("On %s, %s.".formatted(notice.server(), notice.summary()));
        line("");
        notice.serverCertificates().forEach(this::certificate);
        line("Replace it in time. docs/expiry-notices.md says how for each kind.");
      }
      case ISSUED_CERTIFICATES -> {
        line("On %s, %s and have not been renewed.".formatted(notice.server(), notice.summary()));
        line("");
        notice.issued().forEach(this::group);
        line("certctl cert list shows them all. A device that renews by itself and stands here");
        line("did not do so.");
      }
      case DIGEST -> digest();
      case TEST ->
          line("This is a test from %s. Nothing has to be done.".formatted(notice.server()));
    }
    line("");
    line("-- ");
    line(
        "certctl on %s, notice %s of %s"
            .formatted(notice.server(), notice.id(), time(notice.at())));
    return text.toString();
  }

  private void digest() {
    line("The certificates of %s on %s:".formatted(notice.server(), time(notice.at())));
    line("");
    for (ServerCertificate each : notice.serverCertificates()) {
      line(
          "  %-22s  %s"
              .formatted(
                  each.uses().getFirst().kind() + " " + each.uses().getFirst().name(),
                  ending(each.notAfter())));
    }
    line("");
    line("Issued certificates that end soon and have not been renewed:");
    line("");
    if (notice.issued().isEmpty()) {
      line("  none");
    }
    for (IssuedGroup group : notice.issued()) {
      line(
          "  %-22s  %d within %s"
              .formatted(group.profile(), group.count(), Notice.roughly(group.threshold())));
    }
    if (notice.undelivered() > 0) {
      line("");
      line(
          "%d notices could not be delivered and were given up: certctl notices list --dead"
              .formatted(notice.undelivered()));
    }
  }

  private void certificate(ServerCertificate certificate) {
    certificate
        .uses()
        .forEach(use -> line("  used for       %s %s".formatted(use.kind(), use.name())));
    line("  subject        %s".formatted(certificate.subject()));
    line("  serial number  %s".formatted(certificate.serialNumber()));
    line("  SHA-256        %s".formatted(certificate.fingerprint()));
    line("  ends           %s".formatted(ending(certificate.notAfter())));
    line("");
  }

  private void group(IssuedGroup group) {
    line(
        "Profile %s, threshold %s: %d"
            .formatted(group.profile(), Notice.text(group.threshold()), group.count()));
    for (IssuedCertificate each : group.first()) {
      String device = each.device().isEmpty() ? "" : "  device " + each.device();
      line(
          "  %s  %s  %s%s"
              .formatted(time(each.notAfter()), each.serialNumber(), each.subject(), device));
    }
    long more = group.count() - group.first().size();
    if (more > 0) {
      line("  and %d more".formatted(more));
    }
    line("");
  }

  private String ending(Instant end) {
    Duration left = Duration.between(notice.at(), end);
    return time(end) + (left.isNegative() ? ", which is over" : ", in " + Notice.roughly(left));
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
