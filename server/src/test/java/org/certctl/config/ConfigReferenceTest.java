package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigReferenceTest {

  private static final Path FILE = Path.of("..", "docs", "config-reference.md");

  @Test
  void theFileInDocsIsFresh() throws IOException {
    assertThat(Files.readString(FILE))
        .as("stale; renew it with: ./certctl config reference > docs/config-reference.md")
        .isEqualTo(ConfigReference.markdown());
  }

  @Test
  void describesEveryOptionAndShowsNoSecret() {
    String markdown = ConfigReference.markdown();
    for (Option<?> option : Options.ALL) {
      assertThat(markdown).contains("### `" + option.documentedKey() + "`");
    }
    assertThat(markdown).contains("CERTCTL_SCEP_PROFILE_<NAME>_CHALLENGE_PASSWORD", "*secret*");
  }
}
