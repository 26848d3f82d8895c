package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsFileTest {

  @TempDir private Path directory;
  private final Problems problems = new Problems();

  @Test
  void readsLinesCommentsAndQuotes() throws IOException {
    SettingsFile file =
        read(
            """
            \uFEFF# comment
              A = one two

            B='a # b "c" \\'
            C="say \\"hi\\" \\\\ # it"
            D=
            E=a=b#c
            """);
    assertThat(problems.all()).isEmpty();
    assertThat(file.get("A")).contains("one two");
    assertThat(file.get("B")).contains("a # b \"c\" \\");
    assertThat(file.get("C")).contains("say \"hi\" \\ # it");
    assertThat(file.get("D")).contains("");
    assertThat(file.get("E")).contains("a=b#c");
    assertThat(file.get("F")).isEmpty();
    assertThat(file.toString()).doesNotContain("one two");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no equals verysecret",
        "=verysecret",
        "A B=verysecret",
        "A='verysecret",
        "A='very'secret'",
        "A=\"verysecret",
        "A=\"very\"secret",
        "A=verysecret # comment",
        "A=verysecret\nA=x"
      })
  void reportsBadLinesWithoutQuotingThem(String line) throws IOException {
    read("OK=1\n" + line + "\n");
    assertThat(problems.all()).singleElement().satisfies(p -> assertThat(p.isError()).isTrue());
    assertThat(problems.all().toString()).contains("line ").doesNotContain("secret");
  }

  @Test
  void reportsBadLinesAllAtOnce() throws IOException {
    read("x\ny\nz\n");
    assertThat(problems.all()).hasSize(3);
  }

  @Test
  void reportsWhatIsNoText() throws IOException {
    Path path = directory.resolve("certctl.env");
    Files.write(path, new byte[] {'A', '=', (byte) 0xff, '\n'});
    SettingsFile.read(path, problems);
    assertThat(problems.all())
        .singleElement()
        .satisfies(p -> assertThat(p.reason()).contains("UTF-8"));
  }

  @Test
  void anAbsentFileIsEmpty() {
    assertThat(SettingsFile.read(directory.resolve("none"), problems).keys()).isEmpty();
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void wantsFileWithSecretsClosed() throws IOException {
    String secret = "CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD=0123456789\n";
    read(secret, "rw-r--r--");
    assertThat(problems.hasErrors()).isTrue();
    assertThat(problems.all().getFirst().hint()).contains("chmod 600");
    for (String mode : List.of("rw-r-----", "rw-------")) {
      Problems others = new Problems();
      SettingsFile.read(write(secret, mode), others);
      assertThat(others.hasErrors()).isFalse();
      assertThat(others.all()).hasSize(mode.endsWith("r-----") ? 1 : 0);
    }
  }

  @Test
  void doesNotMindAnOpenFileWithoutSecrets() throws IOException {
    read("CERTCTL_SERVER_PORT=1\n", "rw-r--r--");
    assertThat(problems.all()).isEmpty();
  }

  private SettingsFile read(String text) throws IOException {
    return read(text, "rw-------");
  }

  private SettingsFile read(String text, String mode) throws IOException {
    return SettingsFile.read(write(text, mode), problems);
  }

  private Path write(String text, String mode) throws IOException {
    Path path = directory.resolve("certctl.env");
    Files.writeString(path, text, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    return path;
  }
}
