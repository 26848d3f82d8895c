package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFileTest {

  @TempDir private Path directory;

  @Test
  void replacesContentAndClosesTheFile() throws IOException {
    Path file = directory.resolve("f");
    DurableFile.writePublic(file, bytes("one"));
    assertThat(mode(file)).isEqualTo("rw-r--r--");
    DurableFile.writePrivate(file, bytes("two"));
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(Files.readString(file)).isEqualTo("two");
    assertThat(names()).containsExactly("f");
  }

  @Test
  void leavesNothingBehindWhenTheNameIsTaken() throws IOException {
    Path taken = directory.resolve("taken");
    Files.createDirectories(taken.resolve("inside"));
    assertThatThrownBy(() -> DurableFile.writePrivate(taken, bytes("x")))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("taken");
  }

  @Test
  void makesDirectoriesForTheOwnerOnly() throws IOException {
    Path made = directory.resolve("d");
    DurableFile.createPrivateDirectory(made);
    assertThat(mode(made)).isEqualTo("rwx------");
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList().stream();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
