package org.certctl.notice;

import java.util.List;

/// A way out for notices. Used by one thread at a time.
public interface Notifier {

  /// Its name in targets.
  String name();

  /// Whom it reaches, as configured.
  List<Target> targets();

  /// Tries once, bounded in time. Does not throw for what the other side or the network does.
  DeliveryResult deliver(Notice notice, Target target);
}
