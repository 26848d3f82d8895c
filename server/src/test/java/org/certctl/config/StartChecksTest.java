package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.TestPki.Identity;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.keys.SoftHsm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartChecksTest {

  private static final String TLS_CERT = "CERTCTL_SERVER_TLS_CERT_PATH";
  private static final String TLS_KEY = "CERTCTL_SERVER_TLS_KEY_PATH";
  private static final String CA_CERT = "CERTCTL_CA_CERT_PATH";
  private static final String CA_KEY = "CERTCTL_CA_KEY_PATH";
  private static final String RA_CERT = "CERTCTL_SCEP_PROFILE_A_RA_CERT_PATH";
  private static final String RA_KEY = "CERTCTL_SCEP_PROFILE_A_RA_KEY_PATH";
  private static final String OCSP_KEY = "CERTCTL_OCSP_RESPONDER_KEY_PATH";

  private final ConfigurationLoader loader =
      new ConfigurationLoader(TestPki.PROVIDERS, Clock.fixed(TestPki.NOW, ZoneOffset.UTC));

  @TempDir private Path directory;

  private Identity root;
  private Identity ca;

  @BeforeEach
  void makeSoundFiles() throws IOException {
    root = TestPki.ca("root").selfSigned();
    ca = TestPki.ca("issuing").constraints(new BasicConstraints(0)).issuedBy(root);
    write("ca", ca.key(), ca.certificate(), root.certificate());
    writeRa(TestPki.ra().issuedBy(ca));
    writeTls(TestPki.tls().purpose(KeyPurposeId.id_kp_serverAuth).issuedBy(ca));
    SigningKey.generate(KeyType.P_256, TestPki.PROVIDERS, new SecureRandom())
        .write(directory.resolve("audit.key"));
  }

  @Test
  void findsNothingWrongWithSoundFiles() {
    assertThat(problems()).isEmpty();
  }

  @Test
  void namesMissingFiles() throws IOException {
    Files.delete(directory.resolve("ra.crt"));
    Files.delete(directory.resolve("tls.key"));
    Files.delete(directory.resolve("audit.key"));
    assertError(RA_CERT, "there is no file", "path");
    assertError(TLS_KEY, "there is no file", "path");
    assertError("CERTCTL_AUDIT_KEY_PATH", "there is no file", "openssl genpkey");
    assertThat(problems()).hasSize(3);
  }

  @Test
  void refusesAuthoritiesOfNoticesThatCannotBeRead() throws IOException {
    String key = "CERTCTL_NOTIFICATION_CA_PATH";
    Map<String, String> variables = Map.of(key, "office.pem");
    Path file = directory.resolve("office.pem");
    assertThat(load(variables))
        .isInstanceOfSatisfying(
            ConfigurationResult.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.key()).isEqualTo(key))
                    .satisfies(problem -> assertThat(problem.reason()).contains("no file")));
    Files.writeString(file, "no certificate", StandardCharsets.UTF_8);
    assertThat(load(variables))
        .isInstanceOfSatisfying(
            ConfigurationResult.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.key()).isEqualTo(key)));
    CertificateChain.of(root.certificate()).write(file);
    assertThat(load(variables)).isInstanceOf(ConfigurationResult.Usable.class);
  }

  @Test
  void refusesKeyThatOthersMayRead() throws IOException {
    for (String name : List.of("ra.key", "ca.key", "tls.key", "audit.key")) {
      Files.setPosixFilePermissions(
          directory.resolve(name), PosixFilePermissions.fromString("rw----r--"));
    }
    assertThat(problems())
        .hasSize(4)
        .allSatisfy(problem -> assertThat(problem.hint()).contains("chmod 600"));
  }

  @Test
  void refusesKeyOfAnotherCertificate() throws IOException {
    Files.copy(
        directory.resolve("tls.key"),
        directory.resolve("ca.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertError(CA_KEY, "not the key of the certificate", "CN=issuing");
    assertThat(problems()).hasSize(1);
  }

  @Test
  void refusesAnOcspKeyThatCannotSignAnswers() throws IOException {
    Map<String, String> settings = Map.of(OCSP_KEY, "ocsp.key");
    Path file = directory.resolve("ocsp.key");
    assertOnlyError(settings, OCSP_KEY, "there is no file", "path");
    for (KeyType type : List.of(KeyType.RSA_2048, KeyType.P_256, KeyType.P_384)) {
      SigningKey.generate(type, TestPki.PROVIDERS, new SecureRandom()).write(file);
      assertThat(load(settings)).as("%s", type).isInstanceOf(ConfigurationResult.Usable.class);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertOnlyError(settings, OCSP_KEY, "others", "chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    SigningKey.generate(KeyType.ED25519, TestPki.PROVIDERS, new SecureRandom()).write(file);
    assertOnlyError(settings, OCSP_KEY, "Ed25519", "P-256");
    assertThat(load(Map.of(OCSP_KEY, "ocsp.key", "CERTCTL_OCSP_ENABLED", "false")))
        .as("not used")
        .isInstanceOf(ConfigurationResult.Usable.class);
  }

  @Test
  void refusesAnOcspKeyOnATokenWithAnotherPin() {
    SoftHsm token = SoftHsm.make("start-ocsp");
    token.makeKey("EC:secp256r1", "ocsp");
    Map<String, String> settings =
        Map.of(OCSP_KEY, token.uri("object=ocsp"), "CERTCTL_OCSP_RESPONDER_KEY_PASSWORD", "987654");
    assertOnlyError(settings, OCSP_KEY, "PIN", "before you start again");
    assertThat(((ConfigurationResult.Refused) load(settings)).problems().toString())
        .doesNotContain("987654");
  }

  private void assertOnlyError(
      Map<String, String> settings, String key, String reason, String hint) {
    assertThat(load(settings))
        .isInstanceOfSatisfying(
            ConfigurationResult.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .singleElement()
                    .satisfies(
                        problem -> {
                          assertThat(problem.key()).isEqualTo(key);
                          assertThat(problem.reason()).contains(reason);
                          assertThat(problem.hint()).contains(hint);
                        }));
  }

  @Test
  void refusesWhatIsNoPem() throws IOException {
    Files.writeString(directory.resolve("ca.crt"), "hello", StandardCharsets.UTF_8);
    Files.writeString(
        directory.resolve("ra.crt"),
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        StandardCharsets.UTF_8);
    assertError(CA_CERT, "no certificate", "BEGIN CERTIFICATE");
    assertError(RA_CERT, "cannot be read", "openssl x509");
  }

  @Test
  void refusesExpiredAndFutureCertificates() throws IOException {
    writeRa(TestPki.ra().validUntil(TestPki.NOW.minusSeconds(1)).issuedBy(ca));
    writeTls(TestPki.tls().validFrom(TestPki.NOW.plusSeconds(60)).issuedBy(ca));
    assertError(RA_CERT, "expired on 2026-11-22T11:59:59Z", "renew");
    assertError(TLS_CERT, "not valid before 2026-11-22T12:01:00Z", "clock");
  }

  @Test
  void toleratesAnExpiredCaOnlyWhenALaterOneIsInForce() throws IOException {
    Identity ended = TestPki.ca("ended").validUntil(TestPki.NOW.minusSeconds(1)).issuedBy(root);
    write("ca", ended.key(), ended.certificate(), root.certificate());
    writeRa(TestPki.ra().issuedBy(ended));
    Files.createDirectories(directory.resolve("ca/2"));
    assertError(CA_CERT, "expired", "renewed");
    writeLater(2, TestPki.ca("later").validUntil(TestPki.NOW.minusSeconds(1)).issuedBy(root));
    assertError(CA_CERT, "expired", "renewed");
    writeLater(3, TestPki.ca("later").validFrom(TestPki.NOW.plusSeconds(60)).issuedBy(root));
    assertError(CA_CERT, "expired", "renewed");
    writeLater(4, TestPki.ca("later").issuedBy(root));
    assertWarning(CA_CERT, "expired", "renewed");
  }

  @Test
  void toleratesAnExpiredRaOnlyOfACaThatALaterOneMayHaveReplaced() throws IOException {
    Identity later = TestPki.ca("later").issuedBy(root);
    writeLater(2, later);
    writeRa(TestPki.ra().validUntil(TestPki.NOW.minusSeconds(1)).issuedBy(ca));
    assertWarning(RA_CERT, "expired", "renew");
    writeRa(TestPki.ra().validUntil(TestPki.NOW.minusSeconds(1)).issuedBy(later));
    assertError(RA_CERT, "expired", "renew");
    writeLater(10, TestPki.ca("last").issuedBy(root));
    assertWarning(RA_CERT, "expired", "renew");
  }

  private void writeLater(int number, Identity later) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("ca/" + number));
    CertificateChain.of(later.certificate(), root.certificate()).write(folder.resolve("ca.crt"));
  }

  @Test
  void warnsThirtyDaysBeforeAnRaExpires() throws IOException {
    writeRa(TestPki.ra().validUntil(TestPki.NOW.plus(Duration.ofDays(29))).issuedBy(ca));
    assertWarning(RA_CERT, "in 29 days", "renew");
    writeRa(TestPki.ra().validUntil(TestPki.NOW.plus(Duration.ofDays(31))).issuedBy(ca));
    assertThat(problems()).isEmpty();
  }

  @Test
  void refusesRaWithoutBothKeyUsages() throws IOException {
    for (int bits : new int[] {0, KeyUsage.digitalSignature, KeyUsage.keyEncipherment}) {
      writeRa(TestPki.ra().keyUsage(bits).issuedBy(ca));
      assertError(RA_CERT, "key usages", "digitalSignature and keyEncipherment");
    }
  }

  @Test
  void refusesRaWithEcKey() throws IOException {
    writeRa(TestPki.ra().withKeyType(KeyType.P_256).issuedBy(ca));
    assertError(RA_CERT, "no RSA key", "RSA");
  }

  @Test
  void refusesRaThatIsAnotherCa() throws IOException {
    writeRa(TestPki.ra().constraints(new BasicConstraints(true)).issuedBy(ca));
    assertError(RA_CERT, "certificate of a CA", "without basicConstraints");
  }

  @Test
  void refusesRaOfAnotherIssuer() throws IOException {
    writeRa(TestPki.ra().issuedBy(root));
    assertError(RA_CERT, "not issued by the issuing CA", "issuing CA itself");
    Identity namesake = TestPki.ca("issuing").issuedBy(root);
    writeRa(TestPki.ra().issuedBy(namesake));
    assertError(RA_CERT, "not issued by the issuing CA", "issuing CA itself");
  }

  @Test
  void takesTheCaItselfAsRaWhenItMayDoAll() throws IOException {
    Identity both =
        TestPki.ca("both")
            .withKeyType(KeyType.RSA_2048)
            .keyUsage(
                KeyUsage.keyCertSign
                    | KeyUsage.cRLSign
                    | KeyUsage.digitalSignature
                    | KeyUsage.keyEncipherment)
            .selfSigned();
    write("ca", both.key(), both.certificate());
    writeRa(both);
    assertThat(problems()).isEmpty();
  }

  @Test
  void refusesTheCaItselfAsRaWhenItMayNotDecrypt() throws IOException {
    Identity both = TestPki.ca("both").withKeyType(KeyType.RSA_2048).selfSigned();
    write("ca", both.key(), both.certificate());
    writeRa(both);
    assertError(RA_CERT, "key usages", "use an RA certificate instead");
  }

  @Test
  void refusesCaThatIsNone() throws IOException {
    Identity none = TestPki.ca("issuing").noConstraints().issuedBy(root);
    write("ca", none.key(), none.certificate(), root.certificate());
    assertError(CA_CERT, "not the certificate of a CA", "issuing CA");
  }

  @Test
  void refusesCaThatMayNotSign() throws IOException {
    Identity none = TestPki.ca("issuing").keyUsage(KeyUsage.digitalSignature).issuedBy(root);
    write("ca", none.key(), none.certificate(), root.certificate());
    assertError(CA_CERT, "must not issue certificates", "keyCertSign");
  }

  @Test
  void warnsOfCaWithoutUsagesItWillNeed() throws IOException {
    Identity noCrl = TestPki.ca("issuing").keyUsage(KeyUsage.keyCertSign).issuedBy(root);
    write("ca", noCrl.key(), noCrl.certificate(), root.certificate());
    writeRa(TestPki.ra().issuedBy(noCrl));
    assertWarning(CA_CERT, "must not sign revocation lists", "cRLSign");
    Identity silent = TestPki.ca("issuing").keyUsage(0).issuedBy(root);
    write("ca", silent.key(), silent.certificate(), root.certificate());
    writeRa(TestPki.ra().issuedBy(silent));
    assertWarning(CA_CERT, "does not say", "keyCertSign");
  }

  @Test
  void refusesBrokenChains() throws IOException {
    write("ca", ca.key(), ca.certificate());
    assertError(CA_CERT, "no root", "CN=root");
    Identity other = TestPki.ca("root").selfSigned();
    write("ca", ca.key(), ca.certificate(), other.certificate());
    assertError(CA_CERT, "is not issued by", "order the file");
    Identity short0 = TestPki.ca("short").constraints(new BasicConstraints(0)).selfSigned();
    Identity below = TestPki.ca("issuing").issuedBy(short0);
    write("ca", below.key(), below.certificate(), short0.certificate());
    assertError(CA_CERT, "pathLenConstraint", "larger");
  }

  @Test
  void refusesTlsCertificateForOtherPurposes() throws IOException {
    writeTls(TestPki.tls().purpose(KeyPurposeId.id_kp_clientAuth).issuedBy(ca));
    assertError(TLS_CERT, "not for TLS servers", "serverAuth");
  }

  @Test
  void warnsOfTlsCertificateWithoutNames() throws IOException {
    writeTls(TestPki.tls().unnamed().issuedBy(ca));
    assertWarning(TLS_CERT, "no subjectAltName", "renew");
  }

  @Test
  void reportsProblemsOfOptionsAndFilesTogether() throws IOException {
    Files.delete(directory.resolve("tls.crt"));
    Files.delete(directory.resolve("ra.key"));
    ConfigurationResult result = load(Map.of("CERTCTL_SERVER_PORT", "x"));
    assertThat(((ConfigurationResult.Refused) result).problems().stream().map(Problem::key))
        .containsExactlyInAnyOrder("CERTCTL_SERVER_PORT", TLS_CERT, RA_KEY);
  }

  private void writeRa(Identity identity) throws IOException {
    write("ra", identity.key(), identity.certificate());
  }

  private void writeTls(Identity identity) throws IOException {
    write("tls", identity.key(), identity.certificate());
  }

  private void write(String name, SigningKey key, X509CertificateHolder... chain)
      throws IOException {
    key.write(directory.resolve(name + ".key"));
    CertificateChain.of(chain).write(directory.resolve(name + ".crt"));
  }

  private List<Problem> problems() {
    return switch (load(Map.of())) {
      case ConfigurationResult.Usable usable -> usable.warnings();
      case ConfigurationResult.Refused refused -> refused.problems();
    };
  }

  private ConfigurationResult load(Map<String, String> further) {
    Map<String, String> variables = new java.util.HashMap<>(further);
    variables.put(TLS_CERT, "tls.crt");
    variables.put(TLS_KEY, "tls.key");
    variables.put(CA_CERT, "ca.crt");
    variables.put(CA_KEY, "ca.key");
    variables.put("CERTCTL_SCEP_ENABLED", "true");
    variables.put("CERTCTL_SCEP_PROFILES", "a");
    variables.put("CERTCTL_SCEP_PROFILE_A_ISSUER_ID", "iss-local");
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD", "0123456789");
    variables.put(RA_CERT, "ra.crt");
    variables.put(RA_KEY, "ra.key");
    return loader.load(Environment.of(variables), Optional.of(directory));
  }

  private void assertError(String key, String reason, String hint) {
    assertProblem(Problem.Severity.ERROR, key, reason, hint);
  }

  private void assertWarning(String key, String reason, String hint) {
    assertProblem(Problem.Severity.WARNING, key, reason, hint);
  }

  private void assertProblem(Problem.Severity severity, String key, String reason, String hint) {
    assertThat(problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.severity()).isEqualTo(severity);
              assertThat(problem.key()).isEqualTo(key);
              assertThat(problem.value()).isPresent();
              assertThat(problem.reason()).contains(reason);
              assertThat(problem.hint()).contains(hint);
            });
  }
}
