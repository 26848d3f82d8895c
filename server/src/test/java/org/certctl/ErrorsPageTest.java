package org.certctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.enroll.RenewalRefusal;
import org.certctl.profile.Violation;
import org.certctl.scep.cms.RejectReason;
import org.junit.jupiter.api.Test;

/// Holds `docs/errors.md` to the truth: every code that an operator can meet has a row there.
class ErrorsPageTest {
  private static final Path PAGE = Path.of("../docs/errors.md");
  private static final Path MAIN = Path.of("src/main/java/org/certctl");
  private static final Pattern CODE = Pattern.compile("`([a-z][a-z_]+)`");

  /// Codes that are written where they are used: those of answers, of refusals, and of releases.
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?:Answer\\(FailInfo\\.\\w+,|Refused\\(\\s*RefusalReason\\.\\w+,|release\\(intent,"
              + "|String (?:REJECTED|EXPIRED|REPLACED|ISSUER_REFUSED|CODE|code) =)"
              + "\\s*\"([a-z_]+)\"");

  @Test
  void everyCodeHasARow() throws IOException {
    Set<String> codes = new TreeSet<>(written());
    for (RejectReason reason : RejectReason.values()) {
      codes.add(reason.code());
    }
    for (ChallengeRefusal refusal : ChallengeRefusal.values()) {
      codes.add(refusal.code());
    }
    for (RenewalRefusal refusal : RenewalRefusal.values()) {
      codes.add(refusal.code());
    }
    Arrays.stream(Violation.Code.values()).map(Violation.Code::wireValue).forEach(codes::add);

    assertThat(rows()).containsAll(codes);
  }

  @Test
  void findsWhatIsWritten() {
    assertThat(written())
        .contains("issuer_refused", "approval_replaced", "challenge_refused", "issuer_unavailable");
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .filter(line -> line.startsWith("| `"))
        .flatMap(line -> CODE.matcher(line).results().map(match -> match.group(1)))
        .toList();
  }

  private static Set<String> written() {
    Set<String> codes = new TreeSet<>();
    for (String folder : List.of("enroll", "front/scep")) {
      try (Stream<Path> files = Files.list(MAIN.resolve(folder))) {
        for (Path file : files.toList()) {
          WRITTEN
              .matcher(Files.readString(file))
              .results()
              .forEach(match -> codes.add(match.group(1)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return codes;
  }
}
