package org.certctl.expiry;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeKind;

/// Begins notices of one server.
///
/// @param server the server's name
/// @param ids gives an id that no other notice has, each time it is asked
public record NoticeMaker(String server, Supplier<String> ids) {

  Notice make(
      Instant at,
      NoticeKind kind,
      List<Notice.ServerCertificate> serverCertificates,
      List<Notice.IssuedGroup> issued,
      long undelivered) {
    return new Notice(ids.get(), at, server, kind, serverCertificates, issued, undelivered);
  }
}
