package org.certctl.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.certctl.cli.testserver.TestCa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BerTest {

  private static Optional<Ber> measure(String hex) {
    return Ber.measure(HexFormat.of().parseHex(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "3000, 2, false",
    "300302010100, 5, false",
    "30800201010000, 7, true",
    "3006308002010000, 8, false",
    "30073080020101000000, 9, true",
    "04820001ff, 5, false",
    "1f8101020000, 5, false",
    "2480040141040142000000, 10, true"
  })
  void measuresTheFirstElement(String hex, int end, boolean indefinite) {
    assertThat(measure(hex)).contains(new Ber(end, indefinite));
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "3005", "3080", "30800201", "3085ffffffffff", "3084ffffffff", "1f"})
  void measuresNothingThatIsIncomplete(String hex) {
    assertThat(measure(hex)).isEmpty();
  }

  @Test
  void endsOnAnything() throws Exception {
    long seed = TestCa.RANDOM.nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      byte[] octets = TestCa.RA.certificate().getEncoded();
      for (int i = 0; i < 3; i++) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt();
      }
      assertThat(Ber.measure(octets).map(Ber::end).orElse(0))
          .as("seed %d", seed)
          .isBetween(0, octets.length);
    }
    assertThat(Ber.measure(HexFormat.of().parseHex("3080".repeat(5000)))).isEmpty();
  }
}
