package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.Enrollments;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.issuer.local.EncryptionKeyChange;
import org.certctl.issuer.local.KeptKey;
import org.certctl.issuer.local.KeptKeys;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.issuer.local.SharedKeyPlace;
import org.certctl.issuer.local.SharedSecret;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.TestClock;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The encryption key of two nodes is changed while one of them goes on with the old one.
class EncryptionKeyChangeTest {

  private static final Instant START = Enrollments.NOW;
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KeyEncryption OLD =
      KeyEncryption.under(Secret.of("an encryption key of more than 32 bytes"));
  private static final KeyEncryption NEW =
      KeyEncryption.under(Secret.of("the next encryption key of over 32 bytes"));
  private static final KeyEncryption WRONG =
      KeyEncryption.under(Secret.of("another one of more than 32 bytes also"));

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  private final TestClock clock = new TestClock(START);
  private final Secret mac = InstallationSecret.random(RANDOM);
  private KeptKeys<KeyPairFiles> running;
  private X509CertificateHolder first;

  @BeforeEach
  void serve() throws Exception {
    SharedSecret shared = new SharedSecret(nodes.one().sealedKeys(), OLD);
    shared.requireSameEncryptionKey(RANDOM);
    var _ = shared.readOrNote(mac, RANDOM);
    running = keys(nodes.one(), OLD, "ra/phones");
    first = add(running).orElseThrow().certificate();
    running.suppliedSince("iss-local", START);
  }

  private KeptKeys<KeyPairFiles> keys(PostgresStore node, KeyEncryption encryption, String scope) {
    int slash = scope.indexOf('/');
    return new SharedKeyPlace(
            scope.substring(0, slash), node.sealedKeys(), PROVIDERS, encryption, RANDOM, clock)
        .of(scope.substring(slash + 1), pair -> pair);
  }

  private static Optional<KeptKey<KeyPairFiles>> add(KeptKeys<KeyPairFiles> keys)
      throws IOException, StoreUnavailableException {
    AuditEvent event = new AuditEvent.RaKeyDestroyed(START, "phones", "0a");
    return keys.add(
        pair(),
        START,
        event,
        _ -> {
          throw new AssertionError("told in one step with the adding");
        });
  }

  private static KeyPairFiles pair() throws IOException {
    SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
    return new KeyPairFiles(
        key,
        CertificateChain.of(
            new AuthorityCertificates(START, RANDOM)
                .root(
                    new X500Name("CN=Key"),
                    key.publicKeyInfo(),
                    key,
                    START.plus(Duration.ofDays(1000)),
                    KeyUsage.digitalSignature,
                    CaLimits.none())));
  }

  private int change(PostgresStore node, KeyEncryption previous, KeyEncryption next)
      throws Exception {
    return new EncryptionKeyChange(node.sealedKeys(), previous, next, RANDOM)
        .run(
            new AuditEvent.SharedKeyChanged(
                START, Actor.user("alice"), "sealed_anew", "all", "", ""));
  }

  private static List<X509CertificateHolder> certificates(KeptKeys<KeyPairFiles> keys)
      throws Exception {
    return keys.list().stream().map(KeptKey::certificate).toList();
  }

  private long told() throws Exception {
    try (Connection connection = PostgresServer.connect(nodes.config());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM audit_inbox WHERE outcome = 'sealed_anew'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void allIsSealedUnderTheNewKey() throws Exception {
    assertThat(change(nodes.other(), OLD, NEW)).isEqualTo(3);

    SharedSecret shared = new SharedSecret(nodes.other().sealedKeys(), NEW);
    shared.requireSameEncryptionKey(RANDOM);
    assertThat(shared.read().orElseThrow()).matches(mac::matches);
    assertThat(certificates(keys(nodes.other(), NEW, "ra/phones"))).containsExactly(first);
    assertThat(keys(nodes.other(), NEW, "ra/phones").suppliedSince("iss-local", Instant.MAX))
        .isEqualTo(START);
    assertThat(told()).isEqualTo(1);
    assertThatThrownBy(() -> keys(nodes.other(), OLD, "ra/phones").list())
        .isInstanceOf(KeyMaterialException.class);

    assertThat(change(nodes.one(), OLD, NEW)).as("a repeat").isZero();
    assertThat(change(nodes.one(), KeyEncryption.none(), NEW)).as("without the old one").isZero();
    assertThat(told()).isEqualTo(1);
  }

  @Test
  void aNodeWithTheOldKeyGoesOnWithWhatItHasOpenedAndMakesNoOther() throws Exception {
    assertThat(certificates(running)).containsExactly(first);
    SharedSecret shared = new SharedSecret(nodes.one().sealedKeys(), OLD);
    assertThat(shared.hasSameEncryptionKey()).isTrue();
    change(nodes.other(), OLD, NEW);

    assertThat(certificates(running)).containsExactly(first);
    assertThat(shared.hasSameEncryptionKey()).isFalse();
    KeptKeys<KeyPairFiles> laptops = keys(nodes.one(), OLD, "ra/laptops");
    assertThatThrownBy(() -> add(laptops))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("restart this node with the new one");
    assertThat(nodes.one().sealedKeys().keys("ra/laptops")).isEmpty();
    assertThatThrownBy(() -> shared.requireSameEncryptionKey(RANDOM))
        .isInstanceOf(KeyMaterialException.class);
    assertThat(add(keys(nodes.other(), NEW, "ra/laptops"))).isPresent();
  }

  @Test
  void withoutThePreviousKeyNothingIsChanged() throws Exception {
    SealedKeys.Contents before = nodes.one().sealedKeys().contents();
    assertThatThrownBy(() -> change(nodes.other(), WRONG, NEW))
        .isInstanceOf(KeyMaterialException.class);
    assertThatThrownBy(() -> change(nodes.other(), KeyEncryption.none(), NEW))
        .isInstanceOf(KeyMaterialException.class);

    assertThat(nodes.one().sealedKeys().contents()).isEqualTo(before);
    assertThat(told()).isZero();
  }

  @Test
  void whatIsNoLongerThereIsNotReplaced() throws Exception {
    SealedKeys keys = nodes.one().sealedKeys();
    SealedKeys.Contents before = keys.contents();
    add(running);
    SealedKeys.Contents between = keys.contents();

    AuditEvent event =
        new AuditEvent.SharedKeyChanged(START, Actor.system(), "sealed_anew", "all", "", "");
    assertThat(keys.replaceAll(before, before, event)).isFalse();
    assertThat(keys.contents()).isEqualTo(between);
    assertThat(told()).isZero();
  }

  @Test
  void noKeyThatIsAddedMeanwhileStaysUnderTheOldOne() throws Exception {
    List<Boolean> added =
        nodes.race(
            (node, number) -> {
              if (number == 0) {
                return change(node, OLD, NEW) > 0;
              }
              try {
                return add(keys(node, OLD, "ra/e" + number)).isPresent();
              } catch (StoreUnavailableException e) {
                return false;
              }
            });

    assertThat(added.getFirst()).as("the key was changed").isTrue();
    long there = 0;
    for (int i = 1; i < TwoNodes.RACERS; i++) {
      there += keys(nodes.one(), NEW, "ra/e" + i).list().size();
    }
    assertThat(there).isEqualTo(TwoNodes.count(added, so -> so) - 1);
  }
}
