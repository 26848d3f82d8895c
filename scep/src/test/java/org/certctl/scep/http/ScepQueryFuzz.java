package org.certctl.scep.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any query gives a call or a rejection.
class ScepQueryFuzz {
  @FuzzTest(maxDuration = "30m")
  void readsOrRejects(byte[] input) {
    String query = new String(input, ISO_8859_1);
    for (String method : new String[] {"GET", "POST"}) {
      switch (ScepQuery.parse(method, query, true)) {
        case ScepCall.PkiOperationGet get -> assertThat(get.message()).isNotEmpty();
        case ScepCall.HttpRejection rejection -> assertThat(rejection.status()).isBetween(400, 499);
        case ScepCall.GetCaCaps _,
            ScepCall.GetCaCert _,
            ScepCall.GetNextCaCert _,
            ScepCall.PkiOperationPost _ -> {
          // nothing more to say
        }
      }
    }
  }
}
