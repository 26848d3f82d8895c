package org.certctl.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {

  @TempDir Path directory;

  @Test
  void tellsTheCommandAndWhoAsksAndGivesTheAnswerBack() throws IOException {
    try (ControlSocket socket =
        ControlSocket.open(directory, (command, user) -> List.of(command, user, "größer"))) {
      assertThat(socket).isNotNull();
      for (int i = 0; i < 20; i++) {
        assertThat(ControlLine.send(directory, ControlLine.RELOAD))
            .containsExactly("reload", String.valueOf(System.getProperty("user.name")), "größer");
      }
    }
  }

  @Test
  void onlyItsOwnUserMayConnect() throws IOException {
    try (ControlSocket socket = ControlSocket.open(directory, (_, _) -> List.of())) {
      assertThat(socket).isNotNull();
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(ControlLine.file(directory))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void takesThePlaceOfOneThatACrashLeftBehind() throws IOException {
    Files.writeString(ControlLine.file(directory), "left behind");
    try (ControlSocket socket = ControlSocket.open(directory, (_, _) -> List.of("here"))) {
      assertThat(socket).isNotNull();
      assertThat(ControlLine.send(directory, "x")).containsExactly("here");
    }
  }

  @Test
  void nobodyAnswersWhenItIsClosed() throws IOException {
    ControlSocket.open(directory, (_, _) -> List.of()).close();
    assertThat(ControlLine.file(directory)).doesNotExist();
    assertThatThrownBy(() -> ControlLine.send(directory, "x")).isInstanceOf(IOException.class);
  }

  @Test
  void aLineThatIsTooLongIsNotTaken() throws IOException {
    try (ControlSocket socket = ControlSocket.open(directory, (_, _) -> List.of("never"))) {
      assertThat(socket).isNotNull();
      String answer;
      try {
        answer = String.join("", ControlLine.send(directory, "x".repeat(100_000)));
      } catch (IOException e) {
        answer = "";
      }
      assertThat(answer).isEmpty();
    }
  }
}
