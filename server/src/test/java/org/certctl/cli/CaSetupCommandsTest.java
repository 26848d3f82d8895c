package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.ConfigurationResult;
import org.certctl.config.Environment;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.CaLimits;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A CA below an offline root, from the root's making to its CRL, by the commands alone.
class CaSetupCommandsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();

  @TempDir Path folder;
  private final CommandRun certctl = commandsAt(CLOCK);
  private Path data;
  private Path offline;

  private static CommandRun commandsAt(Clock clock) {
    return new CommandRun(
        clock,
        context ->
            List.of(
                new AuditCommand(context, RecordsCommandsTest::open),
                new CaRolloverCommand(context, RecordsCommandsTest::open, RecordsBeside.at(clock)),
                new CaCrlCommand(context, RecordsCommandsTest::open),
                new CaCsrCommand(context, RecordsCommandsTest::open),
                new CaInstallCommand(context, RecordsCommandsTest::open, RecordsBeside.at(clock))));
  }

  @BeforeEach
  void makeOfflineRoot() throws Exception {
    data = folder.resolve("data");
    offline = folder.resolve("offline");
    Files.createDirectory(offline);
    succeeds(
        "ca make-root --name C=DE,O=Corp,CN=Root --key-type p256 --key OFF/root.key --out"
            + " OFF/root.crt");
  }

  /// Runs a command line; DATA and OFF stand for the directories.
  private int run(String line) {
    return certctl.run(
        Stream.of(line.split(" "))
            .map(word -> word.replace("DATA", data.toString()).replace("OFF", offline.toString()))
            .toArray(String[]::new));
  }

  private void succeeds(String line) {
    assertThat(run(line)).as("%s%n%s%s", line, certctl.out(), certctl.err()).isZero();
  }

  private void fails(String line, String text) {
    assertThat(run(line)).as("%s%n%s", line, certctl.out()).isNotZero();
    assertThat(certctl.out() + certctl.err()).contains(text);
  }

  private void sign(String csr, String out, String more) {
    succeeds(
        ("ca sign-csr --ca-cert OFF/root.crt --ca-key OFF/root.key --csr " + csr + " --out " + out)
            + more);
  }

  private void initSubordinate(String more) {
    succeeds("init --data-dir DATA --host scep.corp.example --ca-key p256 --subordinate" + more);
  }

  private void installFirst() {
    initSubordinate("");
    sign("DATA/ca-request/ca.csr", "OFF/sub.crt", "");
    succeeds("ca install OFF/sub.crt --data-dir DATA");
  }

  private void assertServes() {
    ConfigurationResult loaded =
        new ConfigurationLoader(PROVIDERS, CLOCK).load(Environment.of(Map.of()), Optional.of(data));
    assertThat(loaded)
        .isInstanceOfSatisfying(
            ConfigurationResult.Usable.class, usable -> assertThat(usable.warnings()).isEmpty());
  }

  private CertificateChain chain(String file) throws Exception {
    return CertificateChain.read(data.resolve(file));
  }

  @Test
  void makesAFirstCaBelowARootElsewhere() throws Exception {
    initSubordinate("");
    assertThat(data.resolve("ca.crt")).doesNotExist();
    assertThat(data.resolve("root-ca.key")).doesNotExist();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("ca-request/ca.key"))))
        .isEqualTo("rw-------");
    sign("DATA/ca-request/ca.csr", "OFF/sub.crt", " --public-url http://pki.corp.example");
    succeeds("ca install OFF/sub.crt --data-dir DATA --check");
    assertThat(data.resolve("ca.crt")).doesNotExist();
    succeeds("ca install OFF/sub.crt --data-dir DATA");

    assertServes();
    KeyPairFiles ca = KeyPairFiles.read(data.resolve("ca.crt"), data.resolve("ca.key"), PROVIDERS);
    assertThat(ca.chain().certificates()).hasSize(2);
    X509CertificateHolder issuing = ca.chain().first();
    assertThat(CaLimits.in(issuing).pathLength()).hasValue(0);
    assertThat(issuing.getExtension(Extension.cRLDistributionPoints)).isNotNull();
    assertThat(data.resolve("ca-request")).doesNotExist();
    assertThat(chain("root-ca.crt").first()).isEqualTo(ca.chain().last());
    serveOnce();
    fails("ca rollover prepare --data-dir DATA", "certctl ca csr");
  }

  @Test
  void saysWhatIsToBeDoneWhileTheRequestWaits() {
    initSubordinate("");
    fails("config check --data-dir DATA", "certctl ca install CERTIFICATE-AND-CHAIN");
  }

  @Test
  void aRepeatFinishesWhatACrashLeft() throws Exception {
    initSubordinate("");
    sign("DATA/ca-request/ca.csr", "OFF/sub.crt", "");
    Files.copy(data.resolve("ca-request/ca.key"), data.resolve("ca.key"));
    succeeds("ca install OFF/sub.crt --data-dir DATA");
    assertServes();
  }

  @Test
  void installsNothingOverAnotherKey() throws Exception {
    initSubordinate("");
    sign("DATA/ca-request/ca.csr", "OFF/sub.crt", "");
    Files.copy(offline.resolve("root.key"), data.resolve("ca.key"));
    fails("ca install OFF/sub.crt --data-dir DATA", "holds another key");
    assertThat(data.resolve("ca.key")).hasSameBinaryContentAs(offline.resolve("root.key"));
    assertThat(data.resolve("ca.crt")).doesNotExist();
  }

  @Test
  void takesTheChainInAnyOrderAndDer() throws Exception {
    initSubordinate("");
    sign("DATA/ca-request/ca.csr", "OFF/sub.crt", "");
    CertificateChain chain = CertificateChain.read(offline.resolve("sub.crt"));
    Files.write(offline.resolve("root.der"), chain.last().getEncoded());
    CertificateChain.of(chain.first()).write(offline.resolve("leaf.crt"));
    fails("ca install OFF/leaf.crt --data-dir DATA", "chain_incomplete");
    succeeds("ca install OFF/root.der OFF/leaf.crt --data-dir DATA");
    assertThat(chain("ca.crt").certificates()).isEqualTo(chain.certificates());
  }

  @Test
  void refusesTheCertificateOfAnotherKey() {
    initSubordinate("");
    fails("ca install OFF/root.crt --data-dir DATA", "key_mismatch");
    succeeds("ca csr --data-dir DATA --subject O=Corp,CN=New --replace");
    assertThat(data.resolve("ca-request/tls-hosts")).as("kept").exists();
    fails("ca csr --data-dir DATA --subject O=Corp,CN=New", "waits for its certificate");
  }

  @Test
  void renewsTheFirstCaWithItsKey() throws Exception {
    installFirst();
    serveOnce();
    X509CertificateHolder before = chain("ca.crt").first();
    succeeds("ca csr --data-dir DATA --same-key");
    sign("DATA/ca-request/ca.csr", "OFF/renewed.crt", " --days 3000");
    succeeds("ca install OFF/renewed.crt --data-dir DATA");
    X509CertificateHolder after = chain("ca.crt").first();
    assertThat(after).isNotEqualTo(before);
    assertThat(after.getSubject()).isEqualTo(before.getSubject());
    assertThat(after.getSubjectPublicKeyInfo()).isEqualTo(before.getSubjectPublicKeyInfo());
    assertThat(data.resolve("ca")).doesNotExist();
    assertServes();
    succeeds("audit list --data-dir DATA");
    assertThat(certctl.out()).contains("ca_rollover").contains("renewed");
  }

  @Test
  void aNewKeyIsTheNextGeneration() throws Exception {
    installFirst();
    serveOnce();
    succeeds("ca csr --data-dir DATA");
    sign("DATA/ca-request/ca.csr", "OFF/next.crt", "");
    succeeds("ca install OFF/next.crt --data-dir DATA --at 2027-01-04T08:00:00Z");
    assertThat(data.resolve("ca-request")).doesNotExist();
    KeyPairFiles next =
        KeyPairFiles.read(data.resolve("ca/2/ca.crt"), data.resolve("ca/2/ca.key"), PROVIDERS);
    assertThat(next.chain().first().getSubject().toString()).endsWith(" G2");
    succeeds("ca rollover status --data-dir DATA");
    assertThat(certctl.out()).contains("issues now", "next, issues from 2027-01-04T08:00:00Z");
    succeeds("ca csr --data-dir DATA");
    sign("DATA/ca-request/ca.csr", "OFF/another.crt", "");
    fails("ca install OFF/another.crt --data-dir DATA", "is prepared already");
    assertThat(data.resolve("ca/3")).doesNotExist();
  }

  @Test
  void holdsPathLengthsAndNameConstraintsOfTheRoot() {
    succeeds(
        "ca make-root --name O=Corp,CN=Short --key-type p256 --key OFF/short.key --out"
            + " OFF/short.crt --path-length 0");
    succeeds(
        "ca make-root --name O=Corp,CN=Narrow --key-type p256 --key OFF/narrow.key --out"
            + " OFF/narrow.crt --permit dir:O=Other");
    initSubordinate("");
    for (String[] each :
        new String[][] {
          {"short", "path_length_exceeded"}, {"narrow", "name_constraint_violated"}
        }) {
      fails(
          "ca sign-csr --ca-cert OFF/%s.crt --ca-key OFF/%s.key --csr DATA/ca-request/ca.csr --out OFF/x.crt"
              .formatted(each[0], each[0]),
          each[1]);
      assertThat(offline.resolve("x.crt")).doesNotExist();
    }
  }

  @Test
  void saysWhenAChainIsOutOfItsTime() {
    initSubordinate("");
    sign("DATA/ca-request/ca.csr", "OFF/sub.crt", " --days 30");
    assertThat(certctl.out()).contains("ends_soon");
    CommandRun later = commandsAt(Clock.offset(CLOCK, Duration.ofDays(31)));
    CommandRun earlier = commandsAt(Clock.offset(CLOCK, Duration.ofDays(-1)));
    String[] words = {
      "ca", "install", offline.resolve("sub.crt").toString(), "--data-dir", data.toString()
    };
    assertThat(later.run(words)).isEqualTo(1);
    assertThat(later.out()).contains("expired");
    assertThat(earlier.run(words)).isEqualTo(1);
    assertThat(earlier.out()).contains("not_yet_valid");
    assertThat(data.resolve("ca.crt")).doesNotExist();
  }

  @Test
  void importsTheCrlOfTheRoot() throws Exception {
    installFirst();
    succeeds("ca sign-crl --ca-cert OFF/root.crt --ca-key OFF/root.key --out OFF/1.crl");
    succeeds("ca crl import OFF/1.crl --data-dir DATA");
    assertThat(certctl.out()).contains("/.well-known/pki/crl/ca-");
    succeeds(
        "ca sign-crl --ca-cert OFF/root.crt --ca-key OFF/root.key --previous OFF/1.crl --revoke"
            + " 0a1b2c=cACompromise --out OFF/2.crl");
    succeeds("ca crl import OFF/2.crl --data-dir DATA");
    assertThat(certctl.out()).contains("entries  1");
    succeeds("ca crl import OFF/2.crl --data-dir DATA");
    fails("ca crl import OFF/1.crl --data-dir DATA", "not higher");
    fails(
        "ca sign-crl --ca-cert OFF/root.crt --ca-key OFF/root.key --previous OFF/2.crl --revoke"
            + " 0a1b2c --out OFF/3.crl",
        "revoked in the previous CRL already");
    succeeds(
        "ca make-root --name C=DE,O=Corp,CN=Root --key-type p256 --key OFF/evil.key --out"
            + " OFF/evil.crt");
    succeeds("ca sign-crl --ca-cert OFF/evil.crt --ca-key OFF/evil.key --out OFF/evil.crl");
    fails("ca crl import OFF/evil.crl --data-dir DATA", "no CA above ours has signed it");
    CommandRun later = commandsAt(Clock.offset(CLOCK, Duration.ofDays(181)));
    assertThat(
            later.run(
                "ca",
                "crl",
                "import",
                offline.resolve("2.crl").toString(),
                "--data-dir",
                data.toString()))
        .isEqualTo(1);
    assertThat(later.err()).contains("was due on");
  }

  @Test
  void makesRootAndIssuingCaUnderConstraints() throws Exception {
    succeeds(
        "init --data-dir DATA --host scep.corp.example --ca-key ed25519 --organization Corp"
            + " --root-key-file OFF/safe.key --root-path-length 1 --public-url http://pki.corp.example"
            + " --permit dns:corp.example --permit dir:O=Corp --exclude ip:0.0.0.0/0");
    assertThat(offline.resolve("safe.key")).exists();
    assertThat(data.resolve("root-ca.key")).doesNotExist();
    assertServes();
    CertificateChain ca = chain("ca.crt");
    assertThat(CaLimits.in(ca.last()).pathLength()).hasValue(1);
    assertThat(CaLimits.in(ca.first()).names()).isPresent();
    assertThat(Files.readString(data.resolve("certctl.env"), StandardCharsets.UTF_8))
        .contains("CERTCTL_PUBLIC_URL=http://pki.corp.example");
    assertThat(chain("tls.crt").first().getSubject().toString()).startsWith("O=Corp");
    fails(
        "init --data-dir DATA2 --host scep.other.example --permit dns:corp.example",
        "do not allow what this server itself needs");
    fails(
        "init --data-dir DATA2 --host a.corp.example --organization Corp --permit dir:O=Else",
        "do not allow");
    assertThat(Path.of(data + "2")).doesNotExist();
    fails("init --data-dir DATA2 --root-key-file OFF/safe.key", "exists");
    assertThat(Path.of(data + "2")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--permit corp.example",
        "--root-path-length 0",
        "--public-url ftp://x",
        "--subordinate --root-path-length 1"
      })
  void refusesOptionsThatCannotBe(String options) {
    assertThat(run("init --data-dir DATA --host a.example " + options)).isEqualTo(2);
    assertThat(data).doesNotExist();
  }

  @Test
  void theNextCaIsBoundAsThePresentOneIs() throws Exception {
    succeeds(
        "init --data-dir DATA --host scep.corp.example --ca-key p256 --root-path-length 2 --permit"
            + " dns:corp.example");
    serveOnce();
    succeeds("ca rollover prepare --data-dir DATA");
    CertificateChain next = chain("ca/2/ca.crt");
    assertThat(CaLimits.in(next.first())).isEqualTo(CaLimits.in(chain("ca.crt").first()));
    assertThat(CaLimits.in(next.last()).pathLength()).hasValue(2);
    assertThat(BasicConstraints.fromExtensions(next.first().getExtensions()).isCA()).isTrue();
  }

  private void serveOnce() throws Exception {
    SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none()).close();
  }
}
