package org.certctl.front.status;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a client says it has already (RFC 9110, section 13.1).
final class Conditions {

  private Conditions() {}

  /// Whether If-None-Match names this entity tag.
  static boolean hasSame(HttpServletRequest request, String tag) {
    @Nullable String known = request.getHeader("If-None-Match");
    return known != null
        && Arrays.stream(known.split(",", -1))
            .map(String::strip)
            .map(one -> one.startsWith("W/") ? one.substring(2) : one)
            .anyMatch(one -> one.equals("*") || one.equals(tag));
  }

  /// The same, or, where there is no If-None-Match, whether If-Modified-Since is not before the
  /// last change; what cannot be read as a time does not count.
  static boolean hasSame(HttpServletRequest request, String tag, Instant lastModified) {
    if (request.getHeader("If-None-Match") != null) {
      return hasSame(request, tag);
    }
    try {
      long since = request.getDateHeader("If-Modified-Since");
      return since >= 0 && !lastModified.isAfter(Instant.ofEpochMilli(since));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
