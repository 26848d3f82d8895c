package org.certctl.notice;

import java.util.Arrays;
import java.util.Optional;

/// What a notice is about.
public enum NoticeKind {
  /// A certificate of the server itself, or one that it trusts, ends soon.
  SERVER_CERTIFICATE("server_certificate_expiring"),
  /// Issued certificates end soon; many in one notice.
  ISSUED_CERTIFICATES("issued_certificates_expiring"),
  /// How things stand, whether anything is due or not.
  DIGEST("digest"),
  /// Nothing: somebody tries the way out.
  TEST("test");

  private final String wireValue;

  NoticeKind(String wireValue) {
    this.wireValue = wireValue;
  }

  /// The stable name, in payloads, lists and the store.
  public String wireValue() {
    return wireValue;
  }

  /// The kind of this name.
  public static Optional<NoticeKind> ofWireValue(String text) {
    return Arrays.stream(values()).filter(kind -> kind.wireValue.equals(text)).findFirst();
  }
}
