package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.ConfigurationResult;
import org.certctl.config.Environment;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.FaultyFiles;
import org.certctl.keys.FaultyFiles.Fault;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.rollover.CaGeneration;
import org.certctl.setup.GenerationFiles;
import org.certctl.setup.NewDirectory;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteReader;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Commands that make or change the files of a data directory, broken off at each step of theirs in
/// turn: by the end of the process, and by a full disk. What is left must be of use to a server, or
/// be refused by it, and the same command, repeated, must lead to where it was to lead.
class InterruptedCommandsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();

  /// Of the steps within a draft, which nobody reads, each so many is tried.
  private static final int DRAFTED_STEPS = 3;

  private static final String SIGN =
      "ca sign-csr --ca-cert OFF/root.crt --ca-key OFF/root.key --csr DATA/ca-request/ca.csr --out"
          + " OFF/made.crt";

  @TempDir(factory = InMemory.class)
  Path folder;

  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new CaRolloverCommand(
                      context, RecordsCommandsTest::open, RecordsBeside.at(CLOCK)),
                  new CaCrlCommand(context, RecordsCommandsTest::open),
                  new CaCsrCommand(context, RecordsCommandsTest::open),
                  new CaInstallCommand(
                      context, RecordsCommandsTest::open, RecordsBeside.at(CLOCK))));

  /// What stands at the beginning, and what it becomes at each attempt.
  private Path before;

  private Path work;

  /// Where nothing waits for a disk: what is durable is not told from what is not here.
  private static final class InMemory implements TempDirFactory {

    @Override
    public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext test)
        throws IOException {
      Path memory = Path.of("/dev/shm");
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "certctl-")
          : Files.createTempDirectory("certctl-");
    }
  }

  @BeforeEach
  void makeFolders() throws IOException {
    before = Files.createDirectory(folder.resolve("before"));
    work = folder.resolve("work");
    Files.createDirectory(before.resolve("off"));
  }

  @ParameterizedTest
  @EnumSource
  void init(Fault fault) throws Exception {
    breakOff(fault, "init --data-dir DATA --host a.example --ca-key p256");
    assertServes();
  }

  @ParameterizedTest
  @EnumSource
  void initOnAnEmptyVolume(Fault fault) throws Exception {
    Files.createDirectories(before.resolve("data/lost+found"));
    breakOff(fault, "init --data-dir DATA --host a.example --ca-key p256");
    assertServes();
    assertThat(data("lost+found")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void initOfASubordinateCa(Fault fault) throws Exception {
    breakOff(fault, "init --data-dir DATA --host a.example --ca-key p256 --subordinate");
    assertThat(data("ca-request/ca.csr")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void installTheFirstCa(Fault fault) throws Exception {
    makeSubordinate();
    succeeds(SIGN);
    breakOff(fault, "ca install OFF/made.crt --data-dir DATA");
    assertServes();
    assertThat(data("ca-request")).doesNotExist();
    assertThat(CertificateChain.read(data("root-ca.crt")).first())
        .isEqualTo(CertificateChain.read(data("ca.crt")).last());
  }

  @ParameterizedTest
  @EnumSource
  void installARenewedCa(Fault fault) throws Exception {
    installFirst();
    succeeds("ca csr --data-dir DATA --same-key");
    succeeds(SIGN.replace("made", "renewed") + " --days 3000");
    breakOff(fault, "ca install OFF/renewed.crt --data-dir DATA");
    assertServes();
    assertThat(data("ca-request")).doesNotExist();
    assertThat(CertificateChain.read(data("ca.crt")))
        .isEqualTo(CertificateChain.read(work.resolve("off/renewed.crt")));
  }

  @ParameterizedTest
  @EnumSource
  void installTheNextCa(Fault fault) throws Exception {
    installFirst();
    succeeds("ca csr --data-dir DATA");
    succeeds(SIGN.replace("made", "next"));
    breakOff(fault, "ca install OFF/next.crt --data-dir DATA --at 2027-01-04T08:00:00Z");
    assertServes();
    assertThat(data("ca-request")).doesNotExist();
    assertThat(generations()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void installARenewedLaterCa(Fault fault) throws Exception {
    installFirst();
    succeeds("ca csr --data-dir DATA");
    succeeds(SIGN.replace("made", "next"));
    succeeds("ca install OFF/next.crt --data-dir DATA");
    succeeds("ca rollover activate --data-dir DATA");
    succeeds("ca csr --data-dir DATA --same-key");
    succeeds(SIGN.replace("made", "renewed") + " --days 3000");
    breakOff(fault, "ca install OFF/renewed.crt --data-dir DATA");
    assertServes();
    assertThat(data("ca-request")).doesNotExist();
    assertThat(CertificateChain.read(data("ca/2/ca.crt")))
        .isEqualTo(CertificateChain.read(work.resolve("off/renewed.crt")));
    assertThat(CertificateChain.read(data("ca/2/prepared.crt")))
        .isEqualTo(CertificateChain.read(work.resolve("off/next.crt")));
  }

  @ParameterizedTest
  @EnumSource
  void request(Fault fault) throws Exception {
    installFirst();
    breakOff(fault, "ca csr --data-dir DATA");
    assertServes();
    assertThat(data("ca-request/ca.csr")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void replaceARequest(Fault fault) throws Exception {
    makeSubordinate();
    breakOff(fault, "ca csr --data-dir DATA --subject O=Corp,CN=Other --key-type p256 --replace");
    String out = "ca sign-csr --ca-cert OFF/root.crt --ca-key OFF/root.key --out OFF/last.crt";
    succeedsAt(work, out + " --csr DATA/ca-request/ca.csr");
    succeedsAt(work, "ca install OFF/last.crt --data-dir DATA");
    assertThat(data("tls.crt")).as("the names for TLS were kept").exists();
    assertServes();
  }

  @ParameterizedTest
  @EnumSource
  void importACrl(Fault fault) throws Exception {
    installFirst();
    succeeds("ca sign-crl --ca-cert OFF/root.crt --ca-key OFF/root.key --out OFF/1.crl");
    breakOff(fault, "ca crl import OFF/1.crl --data-dir DATA");
    assertThat(data("crls")).isDirectoryContaining("glob:**.crl");
    assertServes();
  }

  @ParameterizedTest
  @EnumSource
  void prepareTheNextCa(Fault fault) throws Exception {
    succeeds("init --data-dir DATA --host a.example --ca-key p256");
    serveOnce();
    breakOff(fault, "ca rollover prepare --data-dir DATA", "is prepared already");
    assertThat(generations()).hasSize(1);
    assertServes();
  }

  @ParameterizedTest
  @EnumSource
  void activateTheNextCa(Fault fault) throws Exception {
    succeeds("init --data-dir DATA --host a.example --ca-key p256");
    serveOnce();
    succeeds("ca rollover prepare --data-dir DATA");
    breakOff(fault, "ca rollover activate --data-dir DATA", "no CA is prepared");
    assertThat(generations()).singleElement().matches(each -> each.hasBegun(NOW));
  }

  @ParameterizedTest
  @EnumSource
  void backup(Fault fault) throws Exception {
    succeeds("init --data-dir DATA --host a.example --ca-key p256");
    serveOnce();
    breakOff(fault, "backup --to OFF/copy.zip --data-dir DATA", "in_the_way");
    assertServes();
    Files.move(data(""), work.resolve("gone"));
    succeedsAt(work, "restore OFF/copy.zip --data-dir DATA");
    assertServes();
  }

  @ParameterizedTest
  @EnumSource
  void restoreOnAnEmptyVolume(Fault fault) throws Exception {
    makeBackup();
    Files.createDirectory(before.resolve("data"));
    breakOff(fault, "restore OFF/copy.zip --data-dir DATA");
    assertServes();
    assertThat(data(""))
        .isDirectoryNotContaining(file -> String.valueOf(file.getFileName()).startsWith("."));
  }

  private void makeBackup() throws Exception {
    succeeds("init --data-dir DATA --host a.example --ca-key p256");
    serveOnce();
    succeeds("backup --to OFF/copy.zip --data-dir DATA");
    NewDirectory.remove(before.resolve("data"));
  }

  private void makeSubordinate() {
    succeeds(
        "ca make-root --name C=DE,O=Corp,CN=Root --key-type p256 --key OFF/root.key --out"
            + " OFF/root.crt");
    succeeds("init --data-dir DATA --host a.example --ca-key p256 --subordinate");
  }

  private void installFirst() throws Exception {
    makeSubordinate();
    succeeds(SIGN);
    succeeds("ca install OFF/made.crt --data-dir DATA");
    serveOnce();
  }

  private void serveOnce() throws Exception {
    SqliteStore.open(before.resolve("data/certctl.db"), CLOCK, StoreObserver.none()).close();
  }

  private Path data(String file) {
    return work.resolve("data").resolve(file);
  }

  private FaultyCommands faulty() {
    return new FaultyCommands(certctl.context(), CLOCK);
  }

  private void succeeds(String line) {
    succeedsAt(before, line);
  }

  private void succeedsAt(Path place, String line) {
    assertThat(certctl.run(words(place, line))).as("%s%n%s", line, certctl.err()).isZero();
  }

  private static String[] words(Path place, String line) {
    return Stream.of(line.split(" "))
        .map(
            word ->
                word.replace("DATA", place.resolve("data").toString())
                    .replace("OFF", place.resolve("off").toString()))
        .toArray(String[]::new);
  }

  private void breakOff(Fault fault, String line) throws Exception {
    breakOff(fault, line, "");
  }

  /// Breaks the command off at one step after the other, and leaves it finished.
  ///
  /// @param done what the repeat says when the first attempt had come so far that nothing was left
  private void breakOff(Fault fault, String line, String done) throws Exception {
    boolean servedBefore = serves(before);
    List<String> steps = stepsOf(fault, line);
    assertThat(steps).isNotEmpty();
    for (int step = 1; step <= steps.size(); step++) {
      if (steps.get(step - 1).contains("/.") && step % DRAFTED_STEPS != 0) {
        continue;
      }
      NewDirectory.remove(work);
      copy(before, work);
      FaultyFiles files = FaultyFiles.at(step, fault);
      int exit = faulty().run(files, words(work, line));
      assertThat(files.hasFailed()).as(line).isTrue();
      String at = "%s at step %d: %s".formatted(fault, step, files.steps().getLast());
      assertUsable(at, servedBefore);
      if (fault == Fault.DISK_FULL && exit != 0) {
        assertNoDraft(at);
      }
      if (isSame(before, work)) {
        continue;
      }
      int again = certctl.run(words(work, line));
      if (again != 0 && (done.isEmpty() || !certctl.err().contains(done))) {
        fail("%s, then repeated: %s%s%nsteps: %s", at, certctl.err(), certctl.out(), files.steps());
      }
      assertUsable(at + ", then repeated", servedBefore);
    }
    assertThat(stepsOf(fault, line)).as("what is left is what it makes").hasSameSizeAs(steps);
  }

  /// What it does when nothing fails.
  private List<String> stepsOf(Fault fault, String line) throws IOException {
    NewDirectory.remove(work);
    copy(before, work);
    FaultyFiles files = FaultyFiles.at(Integer.MAX_VALUE, fault);
    assertThat(faulty().run(files, words(work, line))).as("%s%n%s", line, certctl.err()).isZero();
    return files.steps();
  }

  /// A server can run on it as before; or, where it could not, it says so.
  private void assertUsable(String at, boolean servedBefore) throws Exception {
    assertKeysClosed(at);
    if (Files.exists(data("ca.crt")) && Files.exists(data("ca.key"))) {
      requirePair(at);
    }
    if (servedBefore) {
      assertThat(serves(work)).as(at).isTrue();
      for (CaGeneration each : generations()) {
        GenerationFiles files = GenerationFiles.of(data(""), each.number());
        assertThat(files.read(PROVIDERS, KeyEncryption.none()).chain().certificates())
            .as(at)
            .isNotEmpty();
        assertThat(files.fingerprint()).as(at).isEqualTo(each.fingerprint());
      }
    } else if (serves(work)) {
      assertThat(data("ca.crt")).as(at).exists();
      assertThat(data(""))
          .as(at)
          .isDirectoryNotContaining(file -> String.valueOf(file.getFileName()).startsWith(".init"));
    }
  }

  private void requirePair(String at) {
    try {
      KeyPairFiles.read(data("ca.crt"), data("ca.key"), PROVIDERS);
    } catch (KeyMaterialException e) {
      throw new AssertionError(at + ": " + e.reason(), e);
    }
  }

  private void assertKeysClosed(String at) throws IOException {
    try (Stream<Path> all = Files.walk(work)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY-----")) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .as("%s: %s", at, file)
              .isEqualTo("rw-------");
        }
      }
    }
  }

  private void assertNoDraft(String at) throws IOException {
    try (Stream<Path> all = Files.walk(work)) {
      assertThat(all.filter(file -> String.valueOf(file.getFileName()).startsWith(".")))
          .as(at)
          .isEmpty();
    }
  }

  private void assertServes() {
    assertThat(load(work))
        .isInstanceOfSatisfying(
            ConfigurationResult.Usable.class, usable -> assertThat(usable.warnings()).isEmpty());
  }

  private static boolean serves(Path place) {
    return load(place) instanceof ConfigurationResult.Usable;
  }

  private static ConfigurationResult load(Path place) {
    return new ConfigurationLoader(PROVIDERS, CLOCK)
        .load(Environment.of(Map.of()), Optional.of(place.resolve("data")));
  }

  private List<CaGeneration> generations() throws Exception {
    if (!Files.exists(data("certctl.db"))) {
      return List.of();
    }
    try (SqliteReader reader = SqliteReader.open(data("certctl.db"), CLOCK)) {
      return reader.caGenerations().all();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /// Whether two folders hold the same files.
  private static boolean isSame(Path folder, Path other) throws IOException {
    try (Stream<Path> all = Files.walk(folder);
        Stream<Path> others = Files.walk(other)) {
      List<String> names = all.map(each -> folder.relativize(each).toString()).sorted().toList();
      if (!names.equals(others.map(each -> other.relativize(each).toString()).sorted().toList())) {
        return false;
      }
      for (String name : names) {
        if (Files.isRegularFile(folder.resolve(name))
            && Files.mismatch(folder.resolve(name), other.resolve(name)) >= 0) {
          return false;
        }
      }
      return true;
    }
  }
}
