package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.enroll.Enrollments;
import org.certctl.issuer.local.KeyObserver;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.OcspResponders;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.issuer.local.RegistrationAuthorities;
import org.certctl.issuer.local.ResponderKeys;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.issuer.local.SharedKeyPlace;
import org.certctl.issuer.local.SharedSecret;
import org.certctl.issuer.local.TestCas;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.RaKey;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestClock;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// RA and OCSP keys that two nodes share: one of them makes each, and both have it before it is
/// shown to anybody.
class KeysBetweenNodesTest {

  private static final Instant START = Enrollments.NOW;
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KeyEncryption ENCRYPTION =
      KeyEncryption.under(Secret.of("an encryption key of more than 32 bytes"));
  private static final RaSchedule SCHEDULE =
      new RaSchedule(Duration.ofDays(100), Duration.ofDays(20), Duration.ZERO);
  private static final Duration LEAD = Duration.ofSeconds(10);
  private static final LocalCa CA =
      TestCas.root("CN=Issuing", "iss-local", START, START.plus(Duration.ofDays(1000)));

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  private final TestClock clock = new TestClock(START);
  private RegistrationAuthorities one;
  private RegistrationAuthorities other;

  @BeforeEach
  void start() {
    one = authorities(nodes.one(), ENCRYPTION);
    other = authorities(nodes.other(), ENCRYPTION);
  }

  private RegistrationAuthorities authorities(PostgresStore node, KeyEncryption encryption) {
    return new RegistrationAuthorities(
        place("ra", node, encryption),
        SCHEDULE,
        PROVIDERS,
        clock,
        RANDOM,
        node.auditLog(),
        new Quiet());
  }

  private SharedKeyPlace place(String kind, PostgresStore node, KeyEncryption encryption) {
    return new SharedKeyPlace(kind, node.sealedKeys(), PROVIDERS, encryption, RANDOM, clock);
  }

  private static X509CertificateHolder shown(List<RaKey> keys) {
    return keys.getFirst().certificate();
  }

  private static List<X509CertificateHolder> all(List<RaKey> keys) {
    return keys.stream().map(RaKey::certificate).toList();
  }

  @Test
  void nodesThatStartAtOnceMakeOneRa() throws Exception {
    List<X509CertificateHolder> found =
        nodes.race(
            (node, _) -> {
              List<RaKey> keys = authorities(node, ENCRYPTION).keysOf("phones", CA);
              assertThat(keys).hasSize(1);
              return shown(keys);
            });

    assertThat(found.stream().distinct()).hasSize(1);
    assertThat(nodes.one().sealedKeys().keys("ra/phones")).hasSize(1);
    assertThat(told("made")).isEqualTo(1);
    assertThat(shown(one.keysOf("laptops", CA))).isNotEqualTo(found.getFirst());
  }

  @Test
  void nodesThatStartAtOnceMakeOneOcspResponder() throws Exception {
    List<X509CertificateHolder> found =
        nodes.race(
            (node, _) ->
                new OcspResponders(
                        place("ocsp", node, ENCRYPTION),
                        SCHEDULE,
                        ResponderKeys.made(KeyType.P_256, PROVIDERS, RANDOM),
                        clock,
                        RANDOM,
                        node.auditLog(),
                        new Quiet())
                    .responderOf(CA)
                    .orElseThrow()
                    .responder()
                    .holder());

    assertThat(found.stream().distinct()).hasSize(1);
    assertThat(nodes.other().sealedKeys().keys("ocsp/iss-local")).hasSize(1);
  }

  @Test
  void aNewRaIsKnownToTheOtherNodeBeforeItIsShown() throws Exception {
    X509CertificateHolder first = shown(one.keysOf("phones", CA));
    assertThat(shown(other.keysOf("phones", CA))).isEqualTo(first);
    clock.advance(LEAD);
    assertThat(shown(one.keysOf("phones", CA))).isEqualTo(first);

    clock.advance(SCHEDULE.lifetime().minus(SCHEDULE.renewBefore()));
    List<RaKey> renewed = one.keysOf("phones", CA);
    assertThat(all(renewed)).hasSize(2);
    assertThat(shown(renewed)).isEqualTo(first);
    X509CertificateHolder second = renewed.getLast().certificate();
    clock.advance(Duration.ofSeconds(2));
    assertThat(all(other.keysOf("phones", CA))).containsExactly(first, second);
    clock.advance(LEAD.minusSeconds(3));
    assertThat(all(one.keysOf("phones", CA))).containsExactly(first, second);
    assertThat(all(other.keysOf("phones", CA))).containsExactly(first, second);

    clock.advance(Duration.ofSeconds(1));
    assertThat(shown(one.keysOf("phones", CA))).isEqualTo(second);
    assertThat(shown(other.keysOf("phones", CA))).isEqualTo(second);
    assertThat(told("made")).isEqualTo(2);
    // The schedule has no grace.
    assertThat(all(one.keysOf("phones", CA))).containsExactly(second);
    assertThat(all(other.keysOf("phones", CA))).containsExactly(second);
    assertThat(told("destroyed")).isEqualTo(1);
    assertThat(nodes.one().sealedKeys().keys("ra/phones")).hasSize(1);
  }

  @Test
  void aNodeThatStartsInBetweenShowsWhatTheOthersShow() throws Exception {
    X509CertificateHolder first = shown(one.keysOf("phones", CA));
    clock.advance(LEAD);
    one.keysOf("phones", CA);
    clock.advance(SCHEDULE.lifetime().minus(SCHEDULE.renewBefore()));
    one.keysOf("phones", CA);

    assertThat(shown(other.keysOf("phones", CA))).isEqualTo(first);
  }

  @Test
  void aNodeWithAnotherEncryptionKeyIsTurnedAway() throws Exception {
    KeyEncryption wrong = KeyEncryption.under(Secret.of("another one of more than 32 bytes also"));
    new SharedSecret(nodes.one().sealedKeys(), KeyEncryption.none()).requireNone();
    new SharedSecret(nodes.one().sealedKeys(), ENCRYPTION).requireSameEncryptionKey(RANDOM);
    assertThatThrownBy(
            () -> new SharedSecret(nodes.other().sealedKeys(), KeyEncryption.none()).requireNone())
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageContaining("CERTCTL_CONFIG_ENCRYPTION_KEY");
    new SharedSecret(nodes.other().sealedKeys(), ENCRYPTION).requireSameEncryptionKey(RANDOM);

    assertThatThrownBy(
            () ->
                new SharedSecret(nodes.other().sealedKeys(), wrong)
                    .requireSameEncryptionKey(RANDOM))
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageContaining("CERTCTL_CONFIG_ENCRYPTION_KEY");
    one.keysOf("phones", CA);
    assertThatThrownBy(() -> authorities(nodes.other(), wrong).keysOf("phones", CA))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("CERTCTL_CONFIG_ENCRYPTION_KEY");
    assertThat(nodes.one().sealedKeys().keys("ra/phones")).hasSize(1);
  }

  @Test
  void aSealedKeyIsOfNoUseToAnotherOwner() throws Exception {
    one.keysOf("phones", CA);
    SealedKeys keys = nodes.one().sealedKeys();
    SealedKey moved = keys.keys("ra/phones").getFirst();
    execute("UPDATE kept_key SET scope = 'ra/laptops'");

    assertThat(keys.keys("ra/laptops")).hasSize(1);
    assertThat(moved.number()).isEqualTo(1);
    assertThatThrownBy(() -> other.keysOf("laptops", CA)).isInstanceOf(IOException.class);
  }

  @Test
  void nodesShareTheSecretOfChallengesThatTheFirstBrings() throws Exception {
    List<Secret> found =
        nodes.race(
            (node, _) ->
                new SharedSecret(node.sealedKeys(), ENCRYPTION)
                    .readOrNote(InstallationSecret.random(RANDOM), RANDOM));

    assertThat(found).allMatch(found.getFirst()::matches);
    assertThat(new SharedSecret(nodes.one().sealedKeys(), ENCRYPTION).read().orElseThrow())
        .matches(found.getFirst()::matches);
  }

  @Test
  void noTableHoldsAKeyInClear() throws Exception {
    X509CertificateHolder ra = shown(one.keysOf("phones", CA));
    Secret secret = InstallationSecret.random(RANDOM);
    var _ = new SharedSecret(nodes.one().sealedKeys(), ENCRYPTION).readOrNote(secret, RANDOM);
    SealedKey sealed = nodes.one().sealedKeys().keys("ra/phones").getFirst();
    byte[] clear =
        ENCRYPTION.open(
            "ra/phones/" + Sha256.over(ra.getEncoded()).hex(), sealed.sealed().octets());
    // The end of an RSA key is its coefficient, of which the certificate says nothing.
    byte[] end = Arrays.copyOfRange(clear, clear.length - 32, clear.length);

    String dump = dump();
    assertThat(dump).as("the search would find it").contains(hex(ra.getEncoded()));
    assertThat(dump)
        .doesNotContain(hex(end))
        .doesNotContain(secret.revealText())
        .doesNotContain(hex(secret.revealUtf8()))
        .doesNotContain("PRIVATE KEY", hex("PRIVATE KEY".getBytes(StandardCharsets.US_ASCII)));
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }

  /// All rows of all tables, octets in hexadecimal.
  private String dump() throws SQLException {
    StringBuilder text = new StringBuilder();
    try (Connection connection = PostgresServer.connect(nodes.config());
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      assertThat(tables).contains("kept_key", "kept_value", "certificate");
      for (String table : tables) {
        try (ResultSet rows = statement.executeQuery("SELECT t::text FROM " + table + " t")) {
          while (rows.next()) {
            text.append(rows.getString(1)).append('\n');
          }
        }
      }
    }
    return text.toString();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = PostgresServer.connect(nodes.config());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long told(String outcome) throws SQLException {
    try (Connection connection = PostgresServer.connect(nodes.config());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM audit_inbox WHERE action = 'ra_key' AND outcome = '"
                    + outcome
                    + "'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static final class Quiet implements KeyObserver {

    @Override
    public void made(String owner, X509CertificateHolder certificate) {}

    @Override
    public void renewalFailed(String owner, Exception cause) {
      throw new AssertionError("no key could be made", cause);
    }

    @Override
    public void retired(String owner, X509CertificateHolder certificate) {}

    @Override
    public void retirementFailed(String owner, X509CertificateHolder certificate, Exception cause) {
      throw new AssertionError("a key was not destroyed", cause);
    }
  }
}
