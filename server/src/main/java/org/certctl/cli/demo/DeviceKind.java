package org.certctl.cli.demo;

/// The kinds of devices in the fleet.
enum DeviceKind {
  PHONE("phone"),
  LAPTOP("laptop"),
  ROUTER("router");

  private final String noun;

  DeviceKind(String noun) {
    this.noun = noun;
  }

  /// So many of them, in words.
  String counted(int count) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
