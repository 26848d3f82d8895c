package org.certctl.cli.demo;

/// The kinds of devices in the fleet.
enum DeviceKind {
  PHONE("phones"),
  LAPTOP("laptops"),
  ROUTER("routers");

  private final String plural;

  DeviceKind(String plural) {
    this.plural = plural;
  }

  String plural() {
    return plural;
  }
}
