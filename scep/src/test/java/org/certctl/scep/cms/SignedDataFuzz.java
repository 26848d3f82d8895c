package org.certctl.scep.cms;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;

/// From the octets of a body to a request: anything but the documented exception is a failure.
class SignedDataFuzz {
  @FuzzTest(maxDuration = "30m")
  void decodesOrRefuses(byte[] body) throws KeyUnavailableException {
    try {
      Messages.DECODER.decode(
          body,
          AlgorithmPolicy.legacy(),
          List.of(TestPki.RA_KEY, TestPki.CA_KEY),
          Optional.of(Messages.PASSWORD));
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }
}
