package org.certctl.scep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The walls of docs/architecture.md, as far as they go through this module.
class ScepWallsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.certctl.scep");

  private static final Path SOURCES = Path.of("src/main/java/org/certctl/scep");
  private static final int MAX_CLASS_LINES = 500;
  private static final int MAX_METHOD_LINES = 60;

  @Test
  void rule1_packagesHaveNoCycles() {
    slices().matching("org.certctl.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void rule2_usesOnlyPureParts() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.certctl.scep..",
            "java.lang..",
            "java.util..",
            "java.math",
            "java.time..",
            "java.security..",
            "javax.crypto..",
            "java.io",
            "java.nio",
            "java.nio.charset",
            "org.bouncycastle..",
            "org.jspecify.annotations")
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile|Print.*|Console|Object.*)")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.(Thread|Process.*|Runtime|System\\$Logger.*)")
        .check(CLASSES);
  }

  @Test
  void rule2_clientReachesTheOutsideOnlyThroughItsTransport() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.certctl.scep.client")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.certctl.scep.client")
        .check(CLASSES);
  }

  @Test
  void rule8_hasNoClockNoRandomnessNoGlobals() {
    noClasses().should().callMethod(Instant.class, "now").check(CLASSES);
    noClasses().should().callConstructor(SecureRandom.class).check(CLASSES);
    noClasses().should().dependOnClassesThat().areAssignableTo(Security.class).check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(CLASSES);
    noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
    noClasses().should().callMethod(System.class, "nanoTime").check(CLASSES);
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should()
        .beFinal()
        .check(CLASSES);
  }

  @Test
  void rule9_everyPackageIsNullMarked() {
    CLASSES.stream()
        .map(type -> type.getPackage())
        .distinct()
        .forEach(
            pack -> assertThat(pack.isAnnotatedWith(NullMarked.class)).as(pack.getName()).isTrue());
  }

  @Test
  void rule10_classesAreShort() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(MAX_CLASS_LINES);
      }
    }
  }

  @Test
  void rule10_methodsAreShort() throws IOException {
    List<String> longOnes = new ArrayList<>();
    try (var files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        longOnes.addAll(longMethods(file));
      }
    }
    assertThat(longOnes).isEmpty();
    assertThat(CLASSES.stream().flatMap(type -> type.getCodeUnits().stream()))
        .hasAtLeastOneElementOfType(JavaCodeUnit.class);
  }

  /// Members of top-level types are indented by two by the formatter, those of nested types by
  /// four.
  private static List<String> longMethods(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> found = new ArrayList<>();
    for (String indent : List.of("  ", "    ")) {
      int start = -1;
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        boolean member = line.startsWith(indent) && !line.startsWith(indent + " ");
        if (member && line.endsWith("{") && line.contains("(")) {
          start = i;
        } else if (member && line.equals(indent + "}") && start >= 0) {
          if (i - start + 1 > MAX_METHOD_LINES) {
            found.add(file + ":" + (start + 1));
          }
          start = -1;
        }
      }
    }
    return found;
  }
}
