package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.MemoryAuditStore;
import org.certctl.issuer.local.KeyFolders;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.OcspResponders;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.issuer.local.TestCas;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.keys.SoftHsm;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The key of OCSP responders that the operator supplies.
class OcspKeysTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final LocalCa CA =
      TestCas.root("CN=Issuing", "iss-local", START, START.plus(Duration.ofDays(1000)));

  private final TestClock clock = new TestClock(START);
  private final MemoryAuditStore audit = new MemoryAuditStore();

  @TempDir private Path data;

  private OcspResponders responders(OcspKeys keys) {
    return new OcspResponders(
        keys.place(new KeyFolders(data.resolve("ocsp"), PROVIDERS, KeyEncryption.none(), RANDOM)),
        new RaSchedule(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO),
        keys.orMade(KeyType.P_384, RANDOM),
        clock,
        RANDOM,
        audit,
        KeyLog.ofOcspResponders());
  }

  private static SubjectPublicKeyInfo certified(OcspResponders responders) throws IOException {
    return responders.responderOf(CA).orElseThrow().responder().holder().getSubjectPublicKeyInfo();
  }

  private SigningKey writeKey(KeyType type) throws IOException {
    SigningKey key = SigningKey.generate(type, PROVIDERS, RANDOM);
    Files.deleteIfExists(file());
    key.write(file());
    return key;
  }

  private Path file() {
    return data.resolve("ocsp.key");
  }

  private OcspKeys keysInFile() throws KeyMaterialException {
    return OcspKeys.of(Optional.of(KeyLocation.of(file())), PROVIDERS);
  }

  private List<String> outcomes() {
    return audit.events(1, 100).stream()
        .map(event -> AuditEncoding.decode(event.sequence(), event.canonical()))
        .map(AuditEntry::outcome)
        .toList();
  }

  private static Outcome reloaded(OcspKeys keys) {
    return keys.reload().getFirst().outcome();
  }

  @Test
  void withoutOneKeysAreMadeAndThereIsNothingToReload() throws Exception {
    OcspKeys keys = OcspKeys.of(Optional.empty(), PROVIDERS);
    assertThat(KeyType.of(certified(responders(keys)))).contains(KeyType.P_384);
    assertThat(data.resolve("ocsp/iss-local")).isNotEmptyDirectory();
    assertThat(keys.reload()).isEmpty();
  }

  @Test
  void aReloadTakesTheKeyThatIsThereNow() throws Exception {
    SigningKey first = writeKey(KeyType.P_256);
    OcspKeys keys = keysInFile();
    OcspResponders responders = responders(keys);
    assertThat(certified(responders)).isEqualTo(first.publicKeyInfo());
    assertThat(reloaded(keys)).isEqualTo(Outcome.UNCHANGED);

    SigningKey second = writeKey(KeyType.RSA_2048);
    assertThat(certified(responders)).as("not told yet").isEqualTo(first.publicKeyInfo());
    assertThat(reloaded(keys)).isEqualTo(Outcome.CHANGED);
    assertThat(certified(responders)).isEqualTo(second.publicKeyInfo());
    assertThat(outcomes()).containsExactly("made", "made");
  }

  @Test
  void aReloadKeepsTheKeyWhenTheNewOneCannotBeUsed() throws Exception {
    SigningKey first = writeKey(KeyType.P_256);
    OcspKeys keys = keysInFile();
    OcspResponders responders = responders(keys);
    writeKey(KeyType.ED25519);
    assertThat(keys.reload())
        .singleElement()
        .satisfies(
            part -> {
              assertThat(part.outcome()).isEqualTo(Outcome.KEPT);
              assertThat(part.text()).contains("Ed25519", "still used");
            });
    assertThat(certified(responders)).isEqualTo(first.publicKeyInfo());
    Files.delete(file());
    assertThat(reloaded(keys)).isEqualTo(Outcome.KEPT);
  }

  @Test
  void isReadAtStartOrNothingStarts() throws Exception {
    assertThatThrownBy(this::keysInFile).isInstanceOf(KeyMaterialException.class);
    writeKey(KeyType.ED25519);
    assertThatThrownBy(this::keysInFile).isInstanceOf(KeyMaterialException.class);
  }

  @Test
  void onATokenItIsCertifiedEvenWhileTheTokenIsAwayAndSignsWhenItIsBack() throws Exception {
    SoftHsm token = SoftHsm.make("ocsp-keys");
    token.makeKey("EC:secp256r1", "ocsp");
    OcspResponders responders =
        responders(OcspKeys.of(Optional.of(token.at("object=ocsp")), PROVIDERS));
    byte[] answer = {1, 2, 3};
    assertThat(responders.responderOf(CA).orElseThrow().signer().sign(answer)).isNotEmpty();

    token.takeAway();
    try {
      clock.set(START.plus(Duration.ofDays(24)));
      var signer = responders.responderOf(CA).orElseThrow().signer();
      assertThatThrownBy(() -> signer.sign(answer)).isInstanceOf(SigningUnavailableException.class);
      assertThat(PROVIDERS.tokens().away()).hasSize(1);
    } finally {
      token.bringBack();
    }
    assertThat(outcomes()).containsExactly("made", "made");
  }
}
