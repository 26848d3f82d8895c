package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/// Whatever a client sends: read within the bounds, or refused, without an exception.
class OcspRequestFuzz {

  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] input) {
    OcspRequest.parse(input)
        .ifPresent(
            request -> {
              assertThat(request.certificates())
                  .hasSizeBetween(1, OcspRequest.MAX_CERTIFICATES)
                  .allSatisfy(id -> assertThat(id.getSerialNumber()).isNotNull())
                  .isEqualTo(List.copyOf(request.certificates()));
            });
  }
}
