package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.issuer.local.KeptKey;
import org.certctl.issuer.local.KeptKeys;
import org.certctl.issuer.local.KeyFolders;
import org.certctl.issuer.local.SharedKeyPlace;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.secret.Secret;
import org.certctl.store.StoreObserver;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.postgres.PostgresStore;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /// What a server needs on PostgreSQL to make RAs; the copy asks for it before, not after.
  private static final String ENCRYPTION_KEY = "CERTCTL_CONFIG_ENCRYPTION_KEY";

  private static final String KEY = "wq7ZsT0v1fYc3mJp9LxR5uKdN8hGbE2aQ4iVoXyMzWs=";
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KeyEncryption UNDER_KEY = KeyEncryption.under(Secret.of(KEY));
  private static final Map<String, String> ENCRYPTION = Map.of(ENCRYPTION_KEY, KEY);

  @TempDir Path folder;
  private final CommandRun certctl = new CommandRun(CLOCK, _ -> List.of());
  private Path data;
  private PostgresConfig target;
  private String url;

  @BeforeEach
  void serveOnce() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    try (SqliteStore store = open()) {
      store.auditLog().append(new AuditEvent.ServerStarted(NOW, "1.2.3"));
    }
    target = PostgresServer.freshDatabase();
    url = "postgres://postgres@127.0.0.1:" + PostgresServer.port() + "/" + target.database();
  }

  private SqliteStore open() throws Exception {
    return SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
  }

  private int run(String... words) {
    return certctl.run(ENCRYPTION, CommandRun.on(data, words));
  }

  @Test
  void copiesAndSaysWhatToSet() throws Exception {
    assertThat(run("store", "copy", "--to", url)).as(certctl.err()).isEqualTo(ExitCode.OK);

    assertThat(certctl.out())
        .containsPattern("audit_event +1 +[0-9a-f]{64}")
        .contains("  CERTCTL_DATABASE_URL=" + url);
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(store.auditStore().events(1, 10)).hasSize(1);
    }
  }

  @Test
  void saysBeforeTheCopyWhatTheServerWouldAskForAfterIt() throws Exception {
    assertThat(certctl.run(CommandRun.on(data, "store", "copy", "--to", url)))
        .isEqualTo(ExitCode.CONFIGURATION);

    assertThat(certctl.err()).contains(ENCRYPTION_KEY);
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(store.auditStore().events(1, 10)).isEmpty();
    }
  }

  @Test
  void doesNotShowThePassword() {
    String withPassword = url.replace("postgres@", "postgres:top-secret@");

    assertThat(run("store", "copy", "--to", withPassword)).as(certctl.err()).isZero();
    assertThat(certctl.out()).contains(url).doesNotContain("top-secret");
  }

  @Test
  void saysThatAServerHoldsTheFile() throws Exception {
    try (SqliteStore _ = open()) {
      assertThat(run("store", "copy", "--to", url)).isEqualTo(ExitCode.FAILURE);
    }
    assertThat(certctl.err()).contains("in use by");
  }

  private KeptKeys<KeyPairFiles> inFiles(String folder, String owner) {
    return new KeyFolders(data.resolve(folder), PROVIDERS, UNDER_KEY, RANDOM)
        .of(owner, pair -> pair);
  }

  private static KeptKeys<KeyPairFiles> shared(PostgresStore store, String kind, String owner) {
    return new SharedKeyPlace(kind, store.sealedKeys(), PROVIDERS, UNDER_KEY, RANDOM, CLOCK)
        .of(owner, pair -> pair);
  }

  private static X509CertificateHolder made(KeptKeys<KeyPairFiles> keys, Instant at)
      throws Exception {
    SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
    X509CertificateHolder certificate =
        new AuthorityCertificates(at, RANDOM)
            .root(
                new X500Name("CN=Key"),
                key.publicKeyInfo(),
                key,
                at.plus(Duration.ofDays(100)),
                KeyUsage.digitalSignature,
                CaLimits.none());
    var _ =
        keys.add(
            new KeyPairFiles(key, CertificateChain.of(certificate)),
            at,
            new AuditEvent.RaKeyDestroyed(at, "default", "0a"),
            _ -> {});
    return certificate;
  }

  @Test
  void takesTheKeysAlongThatTheServerMadeItself() throws Exception {
    Instant earlier = NOW.minus(Duration.ofDays(10));
    X509CertificateHolder newer = made(inFiles("ra", "default"), NOW);
    X509CertificateHolder older = made(inFiles("ra", "default"), earlier);
    X509CertificateHolder other = made(inFiles("ra", "laptops"), NOW);
    X509CertificateHolder responder = made(inFiles("ocsp", "iss-local"), NOW);

    assertThat(run("store", "copy", "--to", url)).as(certctl.err()).isZero();
    assertThat(certctl.out()).contains("Sealed in it: 4 RA and OCSP keys");
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      var ras = shared(store, "ra", "default").list();
      assertThat(ras).extracting(KeptKey::certificate).containsExactly(older, newer);
      assertThat(ras.getFirst().announcedAt()).contains(earlier.truncatedTo(ChronoUnit.SECONDS));
      assertThat(ras.getLast().announcedAt()).contains(NOW.truncatedTo(ChronoUnit.SECONDS));
      assertThat(ras).allMatch(each -> each.key().key().belongsTo(each.certificate()));
      assertThat(shared(store, "ra", "laptops").list())
          .extracting(KeptKey::certificate)
          .containsExactly(other);
      assertThat(shared(store, "ocsp", "iss-local").list())
          .extracting(KeptKey::certificate)
          .containsExactly(responder);
      assertThat(made(shared(store, "ra", "laptops"), NOW)).isNotNull();
    }
  }

  @Test
  void copiesNothingWhenAKeyCannotBeRead() throws Exception {
    var _ = made(inFiles("ra", "default"), NOW);
    Files.writeString(data.resolve("ra/default/20260101T000000Z-00.pem"), "no key");

    assertThat(run("store", "copy", "--to", url)).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("nothing was copied", "20260101T000000Z-00.pem");
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(store.auditStore().events(1, 10)).isEmpty();
      assertThat(store.sealedKeys().keys("ra/default")).isEmpty();
    }
  }

  @Test
  void refusesOtherTargetsAndSources() throws Exception {
    assertThat(run("store", "copy", "--to", "sqlite:other.db")).isEqualTo(ExitCode.USAGE);
    assertThat(run("store", "copy", "--to", "mysql://x")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(certctl.err()).contains("CERTCTL_DATABASE_URL");
    assertThat(
            certctl.run(
                Map.of("CERTCTL_DATABASE_URL", url, ENCRYPTION_KEY, KEY),
                CommandRun.on(data, "store", "copy", "--to", url)))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err())
        .contains("names postgres://")
        .contains("set CERTCTL_DATABASE_URL back");
    Files.delete(data.resolve("certctl.db"));
    assertThat(run("store", "copy", "--to", url)).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("there is no ");
    assertThat(data.resolve("certctl.db")).doesNotExist();
  }
}
