package org.certctl.issuer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditLog;
import org.certctl.audit.MemoryAuditStore;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.OcspSigner;
import org.certctl.keys.CertificateSignature;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// OCSP responders that look after themselves.
class OcspRespondersTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant CA_END = START.plus(Duration.ofDays(1000));
  private static final RaSchedule SCHEDULE =
      new RaSchedule(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO);
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final LocalCa CA =
      RegistrationAuthoritiesTest.ca("CN=Issuing,O=Corp", "iss-local");

  @TempDir Path data;

  private final TestClock clock = new TestClock(START);
  private final MemoryAuditStore audit = new MemoryAuditStore();
  private final Told told = new Told();
  private OcspResponders responders;

  @BeforeEach
  void open() {
    responders = open(audit, KeyType.P_256);
  }

  private OcspResponders open(AuditLog log, KeyType keyType) {
    return new OcspResponders(
        new KeyFolders(data.resolve("ocsp"), PROVIDERS, KeyEncryption.none(), RANDOM),
        SCHEDULE,
        ResponderKeys.made(keyType, PROVIDERS, RANDOM),
        clock,
        RANDOM,
        log,
        told);
  }

  /// Responders that sign with one key, which is not kept here.
  private OcspResponders openWith(SigningKey key) {
    return new OcspResponders(
        new SuppliedKeyPlace(
            new KeyFolders(data.resolve("ocsp"), PROVIDERS, KeyEncryption.none(), RANDOM)),
        SCHEDULE,
        new ResponderKeys() {
          @Override
          public SigningKey next() {
            return key;
          }

          @Override
          public boolean allow(X509CertificateHolder certificate) {
            return key.belongsTo(certificate);
          }
        },
        clock,
        RANDOM,
        audit,
        told);
  }

  private static SigningKey key() {
    return SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
  }

  private OcspSigner responder() throws IOException {
    return responders.responderOf(CA).orElseThrow();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("ocsp/iss-local"))) {
      return files.toList();
    }
  }

  private List<String> outcomes() {
    return audit.events(1, 100).stream()
        .map(event -> AuditEncoding.decode(event.sequence(), event.canonical()))
        .filter(entry -> entry.action().equals("ocsp_key"))
        .map(AuditEntry::outcome)
        .toList();
  }

  @Test
  void makesAResponderAsClientsNeedIt() throws IOException {
    OcspSigner signer = responder();
    X509CertificateHolder certificate = signer.responder().holder();

    assertThat(CertificateSignature.isDirectlyIssuedBy(certificate, CA.certificate())).isTrue();
    assertThat(KeyUsage.fromExtensions(certificate.getExtensions()))
        .isEqualTo(new KeyUsage(KeyUsage.digitalSignature));
    assertThat(ExtendedKeyUsage.fromExtensions(certificate.getExtensions()).getUsages())
        .containsExactly(KeyPurposeId.id_kp_OCSPSigning);
    assertThat(certificate.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck)).isNotNull();
    assertThat(BasicConstraints.fromExtensions(certificate.getExtensions())).isNull();
    assertThat(certificate.getSubject().toString()).isEqualTo("O=Corp,CN=OCSP iss-local");
    assertThat(signer.responder().notAfter()).isEqualTo(START.plus(SCHEDULE.lifetime()));
    assertThat(signer.issuer().holder()).isEqualTo(CA.certificate());
    assertThat(signer.issuerId()).isEqualTo("iss-local");
    assertThat(outcomes()).containsExactly("made");
  }

  @Test
  void keepsTheKeyWhereOnlyItsOwnerReadsItAndFindsItAgain() throws IOException {
    OcspSigner first = responder();
    assertThat(responder()).isSameAs(first);
    assertThat(files())
        .singleElement()
        .satisfies(
            file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
    responders = open(audit, KeyType.P_256);
    assertThat(responder().responder()).isEqualTo(first.responder());
    assertThat(outcomes()).containsExactly("made");
  }

  @Test
  void renewsWithANewKeyOnTheDayAndDestroysTheOldOne() throws IOException {
    OcspSigner first = responder();
    Instant due = START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore());
    clock.set(due.minusMillis(1));
    assertThat(responder()).isSameAs(first);
    clock.set(due);
    OcspSigner second = responder();
    assertThat(second.responder().holder().getSubjectPublicKeyInfo())
        .isNotEqualTo(first.responder().holder().getSubjectPublicKeyInfo());
    assertThat(files()).hasSize(1);
    assertThat(responder()).isSameAs(second);
    assertThat(outcomes()).containsExactly("made", "made", "destroyed");
  }

  @Test
  void renewsAtOnceWhenAnotherKindOfKeyIsWanted() throws IOException {
    responder();
    clock.set(START.plusSeconds(1));
    responders = open(audit, KeyType.RSA_2048);
    assertThat(KeyType.of(responder().responder().holder().getSubjectPublicKeyInfo()))
        .contains(KeyType.RSA_2048);
    assertThat(files()).hasSize(1);
  }

  @Test
  void usesNoResponderFromTheFutureAfterTheClockWentBack() throws IOException {
    OcspSigner future = responder();
    clock.set(START.minus(Duration.ofDays(2)));
    OcspSigner past = responder();
    assertThat(past.responder().notBefore()).isBefore(clock.instant());
    assertThat(files()).hasSize(2);
    clock.set(START.plusSeconds(1));
    assertThat(responder().responder()).isEqualTo(future.responder());
    assertThat(files()).as("the one of the past has had its time").hasSize(1);
  }

  @Test
  void keepsThePresentOneWhenANewOneCannotBeTold() throws IOException {
    OcspSigner first = responder();
    clock.set(START.plus(Duration.ofDays(25)));
    responders =
        open(
            event -> {
              throw new StoreUnavailableException("disk full", new IOException());
            },
            KeyType.P_256);
    assertThat(responder().responder()).isEqualTo(first.responder());
    assertThat(told.failed).containsExactly("iss-local");
    assertThat(files()).as("what is not in the trail is not made").hasSize(1);
    assertThat(responder().responder()).as("not tried again at once").isEqualTo(first.responder());
    assertThat(told.failed).hasSize(1);
    LocalCa other = RegistrationAuthoritiesTest.ca("CN=Other", "iss-local-2");
    assertThatThrownBy(() -> responders.responderOf(other)).isInstanceOf(IOException.class);
  }

  @Test
  void neverOutlivesTheCaAndEndsWithIt() throws IOException {
    clock.set(CA_END.minus(Duration.ofDays(3)));
    OcspSigner last = responder();
    assertThat(last.responder().notAfter()).isEqualTo(CA_END);
    clock.set(CA_END.minus(Duration.ofDays(1)));
    assertThat(responder()).as("not renewed in vain").isSameAs(last);
    clock.set(CA_END);
    assertThat(responders.responderOf(CA)).isEmpty();
    assertThat(files()).isEmpty();
    assertThat(outcomes()).containsExactly("made", "destroyed");
  }

  @Test
  void givesEachCaItsOwn() throws IOException {
    LocalCa next = RegistrationAuthoritiesTest.ca("CN=Issuing G2,O=Corp", "iss-local-2");
    OcspSigner first = responder();
    OcspSigner second = responders.responderOf(next).orElseThrow();
    assertThat(second.issuer().holder()).isEqualTo(next.certificate());
    assertThat(responder()).isSameAs(first);
  }

  @Test
  void certifiesASuppliedKeyForEachCaAndAgainInTime() throws IOException {
    SigningKey key = key();
    LocalCa next = RegistrationAuthoritiesTest.ca("CN=Issuing G2,O=Corp", "iss-local-2");
    responders = openWith(key);
    OcspSigner first = responder();
    assertThat(first.signer()).isSameAs(key);
    assertThat(key.belongsTo(first.responder().holder())).isTrue();
    assertThat(first.responder().holder().getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck))
        .isNotNull();
    OcspSigner ofNext = responders.responderOf(next).orElseThrow();
    assertThat(ofNext.signer()).isSameAs(key);
    assertThat(ofNext.issuer().holder()).isEqualTo(next.certificate());
    assertThat(responder()).isSameAs(first);

    clock.set(START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore()));
    OcspSigner second = responder();
    assertThat(second.responder()).isNotEqualTo(first.responder());
    assertThat(second.signer()).isSameAs(key);
    assertThat(responder()).isSameAs(second);
    assertThat(outcomes()).as("nothing is destroyed").containsExactly("made", "made", "made");
    assertThat(told.retired).isZero();
    assertThat(data.resolve("ocsp")).as("nothing is kept").doesNotExist();

    clock.set(CA_END);
    assertThat(responders.responderOf(CA)).isEmpty();
    assertThat(outcomes()).hasSize(3);
  }

  @Test
  void destroysTheKeysMadeBeforeOneWasSupplied() throws IOException {
    responder();
    responders = openWith(key());
    OcspSigner first = responder();
    assertThat(files()).isEmpty();
    assertThat(outcomes()).containsExactly("made", "made", "destroyed");
    assertThat(responder()).isSameAs(first);

    responders = open(audit, KeyType.P_256);
    assertThat(responder().responder()).isNotEqualTo(first.responder());
    assertThat(files()).hasSize(1);
  }

  @Test
  void goesOnWithASuppliedKeyWhenAKeyFromTheFutureLiesThere() throws IOException {
    clock.set(START.plusSeconds(30));
    responder();
    clock.set(START);
    responders = openWith(key());
    OcspSigner first = responder();
    assertThat(responder()).isSameAs(first);
    assertThat(outcomes()).containsExactly("made", "made");
  }

  private static final class Told implements KeyObserver {

    private final List<String> failed = new ArrayList<>();
    private int retired;

    @Override
    public void made(String issuerId, X509CertificateHolder certificate) {
      assertThat(certificate).isNotNull();
    }

    @Override
    public void renewalFailed(String issuerId, Exception cause) {
      failed.add(issuerId);
    }

    @Override
    public void retired(String issuerId, X509CertificateHolder certificate) {
      assertThat(certificate).isNotNull();
      retired++;
    }

    @Override
    public void retirementFailed(
        String issuerId, X509CertificateHolder certificate, Exception cause) {
      throw new AssertionError(cause);
    }
  }
}
