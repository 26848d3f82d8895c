package org.certctl.cli;

import java.util.List;
import org.certctl.config.Configuration;
import org.certctl.keys.KeyMaterialException;
import org.certctl.notice.Notifier;

/// Makes the ways out for notices that a configuration names; the composition root knows how.
@FunctionalInterface
public interface NotifierSource {

  /// They, until they are closed.
  interface Open extends AutoCloseable {

    /// The name of the server in notices.
    String server();

    /// All of them; none when none is configured.
    List<Notifier> all();

    @Override
    void close();
  }

  /// Makes them.
  ///
  /// @throws KeyMaterialException when the CAs to be trusted cannot be read
  Open open(Configuration configuration) throws KeyMaterialException;
}
