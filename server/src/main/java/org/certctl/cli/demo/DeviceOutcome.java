package org.certctl.cli.demo;

import java.time.Duration;

/// What became of one device.
sealed interface DeviceOutcome {
  /// It has a certificate.
  ///
  /// @param latency how long the server took to answer
  /// @param again whether it asked twice and got the same certificate
  record Issued(Duration latency, boolean again) implements DeviceOutcome {}

  /// It was refused.
  ///
  /// @param latency how long the server took to answer
  /// @param reason the server's word for it
  /// @param behaviour what the device had done
  record Refused(Duration latency, String reason, Behaviour behaviour) implements DeviceOutcome {}

  /// It got no answer it could use.
  ///
  /// @param cause why
  record Failed(String cause) implements DeviceOutcome {}
}
