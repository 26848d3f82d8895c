package org.certctl.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// What `openssl speed` says of one core of this machine, now.
///
/// @param privatePerSecond RSA-2048 private operations
/// @param publicPerSecond RSA-2048 public operations
record OpensslSpeed(double privatePerSecond, double publicPerSecond) {

  private static final Pattern LAST_LINE =
      Pattern.compile("rsa 2048 bits\\s+\\S+s\\s+\\S+s\\s+([0-9.]+)\\s+([0-9.]+)");

  /// Runs `openssl speed -seconds 2 rsa2048`.
  static OpensslSpeed measured() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("openssl", "speed", "-seconds", "2", "rsa2048")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    process.waitFor();
    var matcher = LAST_LINE.matcher(output);
    if (!matcher.find()) {
      throw new IOException("cannot read what openssl speed printed:\n" + output);
    }
    return new OpensslSpeed(
        Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
  }

  /// The enrollments per second that the RSA operations alone would allow: three private, three
  /// public each.
  double bound(int cores) {
    return cores / (3 / privatePerSecond + 3 / publicPerSecond);
  }
}
