package org.certctl.app;

import org.jspecify.annotations.Nullable;

/// The version of this program.
final class Version {

  private Version() {}

  static String current() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
