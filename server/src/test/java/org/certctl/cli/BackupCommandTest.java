package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.BlockSealer;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.SigningKey;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `backup` and `restore` beside a store that is open all the while, as under a running server.
class BackupCommandTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();

  @TempDir Path folder;
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new AuditCommand(context, RecordsCommandsTest::open),
                  new ChallengeCommand(
                      context, RecordsCommandsTest::open, RecordsBeside.at(CLOCK))));
  private Path data;
  private Path archive;
  private Path restored;
  private SqliteStore store;

  @BeforeEach
  void serve() throws Exception {
    data = folder.resolve("data");
    archive = folder.resolve("backup.zip");
    restored = folder.resolve("restored");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    store.auditLog().append(new AuditEvent.ServerStarted(NOW, "1.2.3"));
    SigningKey key = SigningKey.read(data.resolve("audit.key"), PROVIDERS);
    new BlockSealer(store.auditStore(), key, key.publicKeyInfo(), CLOCK).sealPending();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  private int restore(String... words) {
    return certctl.run(
        CommandRun.on(
            restored,
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of("restore", archive.toString()), Arrays.stream(words))
                .toArray(String[]::new)));
  }

  private void backUp(String... words) {
    assertThat(
            run(
                java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("backup", "--to", archive.toString()),
                        Arrays.stream(words))
                    .toArray(String[]::new)))
        .as(certctl.err())
        .isZero();
  }

  @Test
  void restoresWhatWasThereAndTellsTheTrail() throws Exception {
    backUp();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains(".certctl"));
    String head = certctl.out().lines().filter(line -> line.contains("head")).toList().getFirst();
    assertThat(certctl.out()).contains("The CA's key is in it");

    assertThat(restore("--head", head.substring(head.lastIndexOf(' ') + 1)))
        .as(certctl.err())
        .isZero();
    assertThat(certctl.out()).contains("intact: 1 events in 1 blocks");
    for (String name :
        List.of("certctl.env", "ca.key", "ca.crt", "tls.key", "audit.key", "root-ca.crt")) {
      assertThat(restored.resolve(name)).hasSameBinaryContentAs(data.resolve(name));
      assertThat(Files.getPosixFilePermissions(restored.resolve(name)))
          .isEqualTo(Files.getPosixFilePermissions(data.resolve(name)));
    }
    assertThat(restored.resolve("certctl.db-wal")).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored)))
        .isEqualTo("rwx------");
    assertThat(certctl.run(CommandRun.on(restored, "audit", "verify"))).isZero();
    assertThat(certctl.run(CommandRun.on(restored, "audit", "list"))).isZero();
    assertThat(certctl.out()).contains("backup").contains("restored").contains("server");
    assertThat(restored.resolve("certctl.db.lock")).doesNotExist();
    assertThat(run("audit", "list")).isZero();
    assertThat(certctl.out()).contains("made").doesNotContain("restored");
    try (SqliteStore again =
        SqliteStore.open(restored.resolve("certctl.db"), CLOCK, StoreObserver.none())) {
      assertThat(again.auditStore().events(1, 10)).hasSize(2);
    }
  }

  @Test
  void revokesChallengesThatMayHaveBeenUsedSince() throws Exception {
    Files.writeString(
        data.resolve("certctl.env"),
        "\nCERTCTL_SCEP_PROFILE_DEFAULT_ONE_TIME_CHALLENGES=true\n",
        java.nio.file.StandardOpenOption.APPEND);
    var _ =
        InstallationSecret.readOrCreate(
            data.resolve("challenge-mac.key"),
            KeyEncryption.none(),
            new java.security.SecureRandom());
    assertThat(run("challenge", "create", "--profile", "default", "--count", "3")).isZero();
    backUp();
    assertThat(restore()).as(certctl.err()).isZero();
    assertThat(certctl.out()).contains("3 unused ones revoked");
    assertThat(certctl.run(CommandRun.on(restored, "challenge", "list"))).isZero();
    assertThat(certctl.out()).contains("revoked").doesNotContain("unused");

    Path kept = folder.resolve("kept");
    assertThat(certctl.run(CommandRun.on(kept, "restore", archive.toString(), "--keep-challenges")))
        .isZero();
    assertThat(certctl.run(CommandRun.on(kept, "challenge", "list"))).isZero();
    assertThat(certctl.out()).contains("unused").doesNotContain("revoked");
  }

  @Test
  void encryptsSecretsUnderAPassphrase() throws Exception {
    Path passphrase = folder.resolve("pass");
    Files.writeString(passphrase, "correct horse battery\n");
    backUp("--passphrase-file", passphrase.toString());
    Map<String, byte[]> parts = parts(archive);
    for (String name : List.of("certctl.env", "ca.key", "root-ca.key", "tls.key", "audit.key")) {
      assertThat(text(part(parts, "data/" + name)))
          .as(name)
          .doesNotContain("PRIVATE KEY")
          .doesNotContain("CERTCTL_");
    }
    assertThat(text(part(parts, "data/ca.crt"))).contains("BEGIN CERTIFICATE");

    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("passphrase_missing");
    Path other = folder.resolve("other");
    Files.writeString(other, "wrong horse battery");
    assertThat(restore("--passphrase-file", other.toString())).isEqualTo(1);
    assertThat(certctl.err()).contains("passphrase_wrong");
    assertThat(restored).doesNotExist();
    assertThat(restore("--passphrase-file", passphrase.toString())).as(certctl.err()).isZero();
    assertThat(restored.resolve("ca.key")).hasSameBinaryContentAs(data.resolve("ca.key"));

    Files.writeString(other, "short");
    assertThat(run("backup", "--to", folder + "/b", "--passphrase-file", other.toString()))
        .isEqualTo(2);
  }

  @Test
  void leavesSecretsOutAndSaysWhichToPutBack() throws Exception {
    backUp("--without-keys");
    assertThat(certctl.out()).contains("left out    ca.key").contains("left out    certctl.env");
    assertThat(parts(archive).keySet())
        .contains("data/ca.crt", "data/audit.pub", "data/certctl.db", "manifest.json")
        .doesNotContain("data/ca.key", "data/certctl.env", "data/tls.key", "data/audit.key");
    for (byte[] part : parts(archive).values()) {
      assertThat(text(part)).doesNotContain("PRIVATE KEY");
    }
    assertThat(restore()).as(certctl.err()).isZero();
    assertThat(certctl.out()).contains("put back    ca.key").contains("put back    certctl.env");
    assertThat(restored.resolve("ca.key")).doesNotExist();
  }

  @Test
  void leavesWhatAServerMakesAnew() throws Exception {
    Files.writeString(data.resolve("demo.log"), "x");
    Files.writeString(data.resolve(".draft"), "x");
    Files.createDirectory(data.resolve(".hidden"));
    Files.writeString(data.resolve(".hidden/file"), "x");
    Files.createDirectories(data.resolve("ca/2"));
    Files.writeString(data.resolve("ca/2/note.txt"), "x");
    Files.writeString(data.resolve("ca/2/odd\tname"), "x");
    backUp();
    assertThat(certctl.out()).contains("(no file of certctl)");
    assertThat(parts(archive).keySet())
        .contains("data/ca/2/note.txt")
        .noneMatch(name -> name.contains(".log") || name.contains("/.") || name.contains("db-"));
  }

  @Test
  void refusesWhatIsInTheWay() throws Exception {
    backUp();
    assertThat(run("backup", "--to", archive.toString())).isEqualTo(1);
    assertThat(certctl.err()).contains("in_the_way");
    assertThat(run("backup", "--to", data.resolve("b.zip").toString())).isEqualTo(1);
    assertThat(certctl.err()).contains("lies in the data directory");
    assertThat(certctl.run(CommandRun.on(data, "restore", archive.toString()))).isEqualTo(1);
    assertThat(certctl.err()).contains("in_the_way").contains("nothing was touched");
    Files.createDirectory(restored);
    assertThat(restore()).as("a mounted volume").isZero();
    assertThat(restored.resolve("ca.key")).hasSameBinaryContentAs(data.resolve("ca.key"));
  }

  @Test
  void makesNoBackupOfAPairThatDoesNotFit() throws Exception {
    SigningKey.generate(org.certctl.keys.KeyType.P_256, PROVIDERS, new java.security.SecureRandom())
        .write(data.resolve("tls.key"));
    assertThat(run("backup", "--to", archive.toString())).isEqualTo(1);
    assertThat(certctl.err()).contains("key_mismatch").contains("tls.key");
    assertThat(archive).doesNotExist();
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains(".certctl"));
  }

  @Test
  void refusesEveryPartThatIsDamagedOrMissing() throws Exception {
    backUp();
    for (String name : List.copyOf(parts(archive).keySet())) {
      if (name.equals("manifest.json")) {
        continue;
      }
      change(parts -> parts.computeIfPresent(name, (_, octets) -> flipped(octets)));
      assertThat(restore()).as("%s altered", name).isEqualTo(1);
      assertThat(certctl.err()).contains("part_damaged").contains(name.substring(5));
      change(parts -> parts.computeIfPresent(name, (_, octets) -> longer(octets)));
      assertThat(restore()).as("%s longer", name).isEqualTo(1);
      assertThat(certctl.err()).contains("part_damaged");
      change(parts -> parts.remove(name));
      assertThat(restore()).as("%s missing", name).isEqualTo(1);
      assertThat(certctl.err()).contains("part_missing").contains(name);
      assertThat(restored).doesNotExist();
      Files.move(
          folder.resolve("original.zip"),
          archive,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data/../../evil", "data//evil", "/evil", "data/.evil", "more"})
  void refusesPartsThatTheManifestDoesNotName(String name) throws Exception {
    backUp();
    change(parts -> parts.put(name, new byte[] {1}));
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("part_unknown");
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "/evil",
        "a/../evil",
        ".evil",
        "a\\\\b",
        "C:evil",
        "ca.crt/x",
        "a/b/c/d/e",
        ""
      })
  void refusesManifestsThatNameOtherPlaces(String name) throws Exception {
    backUp();
    change(
        parts -> {
          manifest(parts, "\"root-ca.crt\"", '"' + name + '"');
          byte[] octets = parts.remove("data/root-ca.crt");
          parts.put("data/" + name.replace("\\\\", "\\"), octets);
        });
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("manifest_invalid");
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @Test
  void refusesWhatIsNoArchiveOfOurs() throws Exception {
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("archive_unreadable").contains("there is no");
    Files.writeString(archive, "not a zip");
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("archive_unreadable");
    Files.delete(archive);
    backUp();
    byte[] whole = Files.readAllBytes(archive);
    for (int length : List.of(1, whole.length / 3, whole.length - 1)) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertThat(restore()).isEqualTo(1);
      assertThat(certctl.err()).contains("archive_unreadable");
    }
    Files.write(archive, whole);
    change(parts -> parts.remove("manifest.json"));
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("manifest_invalid");
    Files.write(archive, whole);
    change(parts -> manifest(parts, "\"format_version\" : 1", "\"format_version\" : 2"));
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("format_unknown");
    Files.write(archive, whole);
    change(parts -> manifest(parts, "\"format\"", "{"));
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("manifest_invalid");
  }

  @Test
  void refusesATrailThatIsNotWhatWasNotedElsewhere() throws Exception {
    backUp();
    assertThat(restore("--head", "00ff".repeat(16))).isEqualTo(1);
    assertThat(certctl.err()).contains("audit_broken").contains("head_missing");
    Path key = folder.resolve("other.pub");
    SigningKey.generate(org.certctl.keys.KeyType.P_256, PROVIDERS, new java.security.SecureRandom())
        .verificationKey(PROVIDERS)
        .write(key);
    assertThat(restore("--key", key.toString())).isEqualTo(1);
    assertThat(certctl.err()).contains("audit_broken");
    assertThat(restore("--key", data.resolve("audit.pub").toString())).isZero();
  }

  @Test
  void refusesADatabaseOfANewerProgram() throws Exception {
    backUp();
    Path database = folder.resolve("newer.db");
    try (ZipFile zip = new ZipFile(archive.toFile());
        var in = zip.getInputStream(zip.getEntry("data/certctl.db"))) {
      Files.copy(in, database);
    }
    try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
        var statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE schema_history SET version = '999' WHERE version = '1'");
    }
    byte[] newer = Files.readAllBytes(database);
    changeConsistently("certctl.db", newer);
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("newer certctl");
    byte[] noDatabase = Arrays.copyOf(newer, newer.length);
    Arrays.fill(noDatabase, 4096, 3 * 4096, (byte) 0x55);
    changeConsistently("certctl.db", noDatabase);
    assertThat(restore()).isEqualTo(1);
    assertThat(certctl.err()).contains("database_damaged");
    assertThat(restored).doesNotExist();
  }

  @Test
  void aBackupIsOfOneInstantWhateverComesLater() throws Exception {
    backUp();
    store.auditLog().append(new AuditEvent.ServerStopped(NOW.plus(Duration.ofHours(1)), "1.2.3"));
    assertThat(restore()).isZero();
    assertThat(certctl.run(CommandRun.on(restored, "audit", "list"))).isZero();
    assertThat(certctl.out()).doesNotContain("stopped");
  }

  private static SequencedMap<String, byte[]> parts(Path archive) throws IOException {
    SequencedMap<String, byte[]> parts = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        try (var in = zip.getInputStream(entry)) {
          parts.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return parts;
  }

  /// Writes the archive anew, with other parts and sound checksums of ZIP.
  private void change(Consumer<SequencedMap<String, byte[]>> change) throws IOException {
    Path original = folder.resolve("original.zip");
    if (!Files.exists(original)) {
      Files.copy(archive, original);
    }
    SequencedMap<String, byte[]> parts = parts(original);
    change.accept(parts);
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      for (var part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue());
        zip.closeEntry();
      }
    }
    Files.write(archive, octets.toByteArray());
  }

  /// Changes a part, and what the manifest says of it.
  private void changeConsistently(String name, byte[] octets) throws IOException {
    change(
        parts -> {
          byte[] before = java.util.Objects.requireNonNull(parts.get("data/" + name));
          manifest(
              parts,
              org.certctl.pki.Sha256.over(before).hex(),
              org.certctl.pki.Sha256.over(octets).hex());
          manifest(parts, "\"size\" : " + before.length, "\"size\" : " + octets.length);
          parts.put("data/" + name, octets);
        });
  }

  private static void manifest(Map<String, byte[]> parts, String from, String to) {
    String text = text(part(parts, "manifest.json"));
    assertThat(text).contains(from);
    parts.put("manifest.json", text.replace(from, to).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] part(Map<String, byte[]> parts, String name) {
    return java.util.Objects.requireNonNull(parts.get(name), name);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static byte[] flipped(byte[] octets) {
    byte[] other = octets.clone();
    other[other.length / 2] ^= 1;
    return other;
  }

  private static byte[] longer(byte[] octets) {
    return Arrays.copyOf(octets, octets.length + 1);
  }
}
