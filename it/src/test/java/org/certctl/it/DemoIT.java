package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What newcomers meet first.
final class DemoIT {

  @TempDir Path work;

  @Test
  void enrollsAFleet() {
    var directory = work.resolve("data");

    var result =
        Certctl.run("demo", "--exit", "--devices", "30", "--data-dir", directory.toString())
            .succeeded();

    assertThat(result.output()).contains("30").doesNotContain(".java:", "\tat ");
    var data = DataDirectory.at(directory);
    assertThat(new Inventory(data).certificates()).hasSizeBetween(25, 30);
    assertThat(new Inventory(data).openEnrollments()).isZero();
    Certctl.run("audit", "verify", "--data-dir", directory.toString()).succeeded();
  }
}
