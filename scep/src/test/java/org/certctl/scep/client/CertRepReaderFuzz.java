package org.certctl.scep.client;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.certctl.scep.Nonce;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.fixtures.TestPki;

/// What a CA may answer: anything but the documented exception is a failure.
class CertRepReaderFuzz {
  private static final CertRepReader READER = new CertRepReader(TestPki.CRYPTO, Limits.defaults());
  private static final CertRepReader.Expectation EXPECTATION =
      new CertRepReader.Expectation(
          TransactionId.of("1"),
          Nonce.of(new byte[16]),
          List.of(TestPki.RA.certificate()),
          TestPki.recipientKey(TestPki.DEVICE));

  @FuzzTest(maxDuration = "30m")
  void readsOrRefuses(byte[] reply) throws KeyUnavailableException {
    CertRepReader.peekStatus(reply);
    try {
      READER.read(reply, EXPECTATION);
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }

  @FuzzTest(maxDuration = "30m")
  void parsesCertsOnlyOrRefuses(byte[] encoded) {
    try {
      CertsOnly.parse(encoded, Limits.defaults());
    } catch (ScepFormatException e) {
      // the documented way out
    }
  }
}
