package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;

/// What the commands say of themselves.
final class CommandTextsTest {

  static Stream<Class<?>> commands() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.certctl.cli")
            .stream()
            .filter(type -> type.isAnnotatedWith(Command.class))
            .map(JavaClass::reflect);
  }

  /// Only the first line of a description stands in the list of commands.
  @ParameterizedTest
  @MethodSource("commands")
  void theListOfCommandsBreaksOffNoSentence(Class<?> command) {
    Command texts = command.getAnnotation(Command.class);
    String[] lines = texts.header().length > 0 ? texts.header() : texts.description();

    assertThat(lines).isNotEmpty();
    assertThat(lines[0]).endsWith(".");
  }
}
