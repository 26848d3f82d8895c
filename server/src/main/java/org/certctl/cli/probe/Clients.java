package org.certctl.cli.probe;

/// The names of clients as findings write them.
final class Clients {

  static final String APPLE = "Apple";
  static final String WINDOWS = "Windows";
  static final String STRONGSWAN = "strongSwan";
  static final String STRONGSWAN_DEBIAN_12 = "strongSwan 5.9.8-5.9.10";
  static final String CERTMONGER = "certmonger";
  static final String SSCEP = "sscep";
  static final String JSCEP = "jscep";
  static final String CISCO = "Cisco IOS";
  static final String MICROMDM = "micromdm scepclient";
  static final String MIKROTIK = "MikroTik";
  static final String OLD_DEVICES = "old devices";

  private Clients() {}
}
