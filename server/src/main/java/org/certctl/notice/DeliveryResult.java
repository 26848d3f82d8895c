package org.certctl.notice;

import java.time.Duration;
import java.util.Optional;
import org.certctl.pki.Names;

/// What came of an attempt to deliver a notice.
public sealed interface DeliveryResult {

  /// The other side has taken it.
  record Delivered() implements DeliveryResult {}

  /// A repeat may help: the other side is away, busy, or asks for patience.
  ///
  /// @param reason one line for operators, without secrets
  /// @param after how long the other side asks to be left alone
  record TryLater(String reason, Optional<Duration> after) implements DeliveryResult {
    /// Makes the reason safe.
    public TryLater {
      reason = line(reason);
    }

    /// Without a wish of the other side.
    public TryLater(String reason) {
      this(reason, Optional.empty());
    }
  }

  /// The other side will not take it as it is: a wrong password, an unknown address. Tried a few
  /// times more, since such answers have been given in passing.
  ///
  /// @param reason one line for operators, without secrets
  record Refused(String reason) implements DeliveryResult {
    /// Makes the reason safe.
    public Refused {
      reason = line(reason);
    }
  }

  private static String line(String text) {
    String clean = Names.printable(text.strip());
    return clean.length() <= 300 ? clean : clean.substring(0, 300);
  }
}
