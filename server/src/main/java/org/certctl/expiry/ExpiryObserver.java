package org.certctl.expiry;

import java.time.Duration;
import java.util.Map;
import org.certctl.notice.Notice;

/// Is told what the watches find; must not throw.
public interface ExpiryObserver {

  /// A notice was made.
  void told(Notice notice);

  /// How many issued certificates in use end within each threshold, by the endpoint that issued
  /// them; endpoints with none are absent.
  void counted(Map<String, Map<Duration, Long>> counts);
}
