package org.certctl;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The walls of the house (docs/architecture.md): who may know whom.
class WallsTest {

  private static final String[] DOMAIN = {
    "org.certctl.secret..",
    "org.certctl.pki..",
    "org.certctl.audit..",
    "org.certctl.cluster..",
    "org.certctl.profile..",
    "org.certctl.challenge",
    "org.certctl.issuer",
    "org.certctl.enroll..",
    "org.certctl.rollover..",
    "org.certctl.status..",
    "org.certctl.notice",
    "org.certctl.expiry..",
    "org.certctl.retention..",
    "org.certctl.access.."
  };
  private static final String[] ADAPTERS = {
    "org.certctl.keys..",
    "org.certctl.outbound..",
    "org.certctl.challenge.*..",
    "org.certctl.issuer.*..",
    "org.certctl.notice.*..",
    "org.certctl.store.."
  };
  private static final String[] FRONTS = {"org.certctl.front..", "org.certctl.cli.."};
  private static final String[] FRAME = {
    "org.certctl.config..",
    "org.certctl.tls..",
    "org.certctl.http..",
    "org.certctl.observe..",
    "org.certctl.control..",
    "org.certctl.app.."
  };
  private static final int MAX_CLASS_LINES = 500;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.certctl");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.certctl.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void domainUsesNoFilesSocketsSqlJsonOrFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(DOMAIN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.nio.file..",
            "java.net.http..",
            "java.sql..",
            "javax.sql..",
            "org.jooq..",
            "tools.jackson..",
            "com.fasterxml..",
            "org.springframework..",
            "jakarta..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.Socket")
        .check(CLASSES);
  }

  @Test
  void domainKnowsNoAdapterFrontOrFrame() {
    noClasses()
        .that()
        .resideInAnyPackage(DOMAIN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(all(ADAPTERS, FRONTS, FRAME))
        .check(CLASSES);
  }

  @Test
  void issuersAndValidatorsDoNotKnowEachOther() {
    slices()
        .matching("org.certctl.issuer.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
    slices()
        .matching("org.certctl.challenge.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
    slices()
        .matching("org.certctl.notice.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.certctl.issuer.*..", "org.certctl.challenge.*..", "org.certctl.notice.*..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(all(FRONTS, FRAME))
        .check(CLASSES);
  }

  @Test
  void sqlIsOnlyInTheStore() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.certctl.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.jooq..", "org.flywaydb..", "org.sqlite..")
        .check(CLASSES);
  }

  @Test
  void environmentIsReadOnlyInConfig() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.certctl.config..")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void privateKeysAreSeenOnlyInKeysAndTheCryptoEdge() {
    noClasses()
        .that(not(resideInAnyPackage("org.certctl.keys..", "org.certctl.scep..")))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.PrivateKey")
        .check(CLASSES);
  }

  @Test
  void httpClientsComeOnlyFromOutbound() {
    noClasses()
        .that(not(resideInAPackage("org.certctl.outbound..")))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.http.HttpClient")
        .check(CLASSES);
  }

  @Test
  void frontsReachTheDomainOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("org.certctl.front..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(all(ADAPTERS, FRAME))
        .check(CLASSES);
  }

  @Test
  void failInfoIsChosenOnlyInTheScepFront() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "org.certctl.scep..",
                    "org.certctl.front.scep..",
                    // Clients read what a server chose.
                    "org.certctl.cli.client..",
                    "org.certctl.cli.probe..",
                    "org.certctl.cli.demo..")))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.certctl.scep.FailInfo")
        .check(CLASSES);
  }

  @Test
  void clockAndRandomnessArePassedIn() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.certctl.app..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callConstructor(java.security.SecureRandom.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void nothingIsRegisteredGlobally() {
    noClasses()
        .should()
        .callMethod(java.security.Security.class, "addProvider", java.security.Provider.class)
        .check(CLASSES);
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
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        CLASSES.stream()
            .map(javaClass -> javaClass.getPackage())
            .distinct()
            .filter(
                javaPackage ->
                    javaPackage
                        .tryGetPackageInfo()
                        .filter(
                            info -> info.isAnnotatedWith(org.jspecify.annotations.NullMarked.class))
                        .isEmpty())
            .map(javaPackage -> javaPackage.getName())
            .toList();
    assertThat(unmarked).isEmpty();
  }

  @Test
  void noClassIsLongerThanAReaderCanHold() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      List<String> tooLong =
          sources
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> lines(path) > MAX_CLASS_LINES)
              .map(Path::toString)
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  @Test
  void noPackageIsCalledAfterNothing() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..", "..common..", "..core..", "..model..", "..dto..", "..service..", "..impl..")
        .check(CLASSES);
    classes()
        .that()
        .resideInAPackage("org.certctl..")
        .should()
        .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Service)")
        .check(CLASSES);
  }

  private static long lines(Path path) {
    try (Stream<String> lines = Files.lines(path)) {
      return lines.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String[] all(String[]... groups) {
    return Stream.of(groups).flatMap(Stream::of).toArray(String[]::new);
  }
}
