package org.certctl.pki;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.asn1.x509.CRLReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RevocationReasonTest {

  @ParameterizedTest
  @EnumSource
  void hasTheNumberAndTheNameOfRfc5280(RevocationReason reason) {
    assertThat(CRLReason.lookup(reason.code())).asString().endsWith(" " + reason.wireValue());
    assertThat(RevocationReason.ofCode(reason.code())).contains(reason);
    assertThat(RevocationReason.ofName(reason.wireValue())).contains(reason);
    assertThat(RevocationReason.ofName(reason.name())).contains(reason);
  }

  @Test
  void knowsNoOtherNumbersAndNames() {
    assertThat(RevocationReason.ofCode(7)).isEmpty();
    assertThat(RevocationReason.ofCode(8)).isEmpty();
    assertThat(RevocationReason.ofName("removeFromCRL")).isEmpty();
    assertThat(RevocationReason.ofName("key-compromise")).contains(RevocationReason.KEY_COMPROMISE);
  }
}
