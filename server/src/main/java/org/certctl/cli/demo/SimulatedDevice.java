package org.certctl.cli.demo;

import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/// A device that does not exist.
///
/// @param number its number in the fleet, from 0
/// @param kind what it is
/// @param behaviour what it does
/// @param subject the subject it asks for
/// @param names the other names it asks for
record SimulatedDevice(
    int number, DeviceKind kind, Behaviour behaviour, X500Name subject, List<GeneralName> names) {
  SimulatedDevice {
    names = List.copyOf(names);
  }
}
