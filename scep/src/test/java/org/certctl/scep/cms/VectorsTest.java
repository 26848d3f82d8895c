package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Recorded messages: files with header lines, an empty line and base64; never changed, only added.
class VectorsTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/vectors");

  static Stream<Path> vectors() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void behavesAsExpected(Path file) throws Exception {
    var headers = new HashMap<String, String>();
    List<String> lines = Files.readAllLines(file);
    int end = lines.indexOf("");
    for (String line : lines.subList(0, end)) {
      headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
    }
    byte[] message =
        Base64.getDecoder().decode(String.join("", lines.subList(end + 1, lines.size())));
    assertThat(headers).containsKeys("comment", "origin", "expect");
    AlgorithmPolicy policy =
        "legacy".equals(headers.get("policy"))
            ? AlgorithmPolicy.legacy()
            : AlgorithmPolicy.strict();
    assertThat(outcome(message, policy)).isEqualTo(headers.get("expect"));
  }

  private static String outcome(byte[] message, AlgorithmPolicy policy)
      throws KeyUnavailableException {
    try {
      return switch (Messages.DECODER.decode(
          message, policy, List.of(TestPki.RA_KEY, TestPki.CA_KEY))) {
        case DecodedRequest.Opened opened -> "opened " + opened.type();
        case DecodedRequest.Rejected rejected -> "rejected " + rejected.reason().code();
      };
    } catch (ScepFormatException e) {
      return "unanswerable " + e.code();
    }
  }
}
