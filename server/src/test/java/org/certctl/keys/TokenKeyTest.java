package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Optional;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeyTest {

  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
  private static final SecureRandom RANDOM = new SecureRandom();

  private static SoftHsm hsm;
  private static String lonely;

  private final CryptoProviders providers = CryptoProviders.detect();

  @TempDir private Path directory;

  @BeforeAll
  static void makeToken() {
    hsm = SoftHsm.make("token-key-test");
    hsm.makeKey("rsa:2048", "rsa");
    hsm.makeKey("EC:secp256r1", "p256");
    hsm.makeKey("EC:secp384r1", "p384");
    hsm.makeKey("EC:secp521r1", "p521");
    hsm.makeKey("EC:secp256r1", "twice");
    hsm.makeKey("EC:secp256r1", "twice");
    lonely = hsm.makeKey("EC:secp256r1", "lonely");
    hsm.removePublicHalf(lonely);
  }

  private SigningKey read(KeyLocation location) throws KeyMaterialException {
    return SigningKey.read(location, Optional.empty(), providers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "p256", "p384"})
  void signsWhatItsPublicHalfVerifies(String label)
      throws KeyMaterialException, SigningUnavailableException {
    SigningKey key = read(hsm.at("object=" + label));
    VerificationKey verifier = key.verificationKey(providers);
    assertThat(verifier.verifies(MESSAGE, key.sign(MESSAGE))).isTrue();
    assertThat(verifier.verifies(new byte[0], key.sign(MESSAGE))).isFalse();
    Signer.Signing signing = key.begin();
    for (byte octet : MESSAGE) {
      signing.update(new byte[] {octet});
    }
    assertThat(verifier.verifies(MESSAGE, signing.sign())).as("piece by piece").isTrue();
    assertThat(key.isRsa()).isEqualTo(label.equals("rsa"));
    assertThat(key.isP256()).isEqualTo(label.equals("p256"));
    assertThatThrownBy(() -> key.write(directory.resolve("stolen")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isFoundByItsId() throws KeyMaterialException {
    SubjectPublicKeyInfo byLabel = read(hsm.at("object=rsa")).publicKeyInfo();
    assertThat(read(hsm.at("id=%01")).publicKeyInfo()).isEqualTo(byLabel);
    assertThat(read(hsm.at("id=%01;object=rsa;type=private")).publicKeyInfo()).isEqualTo(byLabel);
  }

  @Test
  void takesThePublicHalfFromTheCertificateAndProvesIt()
      throws KeyMaterialException, SigningUnavailableException {
    assertThat(fault(hsm.at("id=%" + lonely))).isEqualTo(Fault.UNSUPPORTED);
    SubjectPublicKeyInfo other = read(hsm.at("object=p256")).publicKeyInfo();
    KeyMaterialException refused =
        catchThrowableOfType(
            KeyMaterialException.class,
            () -> SigningKey.read(hsm.at("id=%" + lonely), Optional.of(other), providers));
    assertThat(refused.fault()).isEqualTo(Fault.MISMATCH);
    // What the token tells of a key wins over a certificate that is another's.
    SigningKey p384 = SigningKey.read(hsm.at("object=p384"), Optional.of(other), providers);
    assertThat(p384.publicKeyInfo()).isNotEqualTo(other);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(fault(hsm.at("object=none"))).isEqualTo(Fault.MISSING);
    assertThat(fault(hsm.at("object=twice"))).isEqualTo(Fault.MALFORMED);
    assertThat(fault(hsm.at("object=p521"))).isEqualTo(Fault.UNSUPPORTED);
    assertThat(fault(KeyLocation.parse(hsm.uri("object=rsa")))).isEqualTo(Fault.ENCRYPTED);
    assertThat(fault(KeyLocation.parse(hsm.uri("object=rsa").replace("token=", "token=x"))))
        .isEqualTo(Fault.TOKEN_AWAY);
    assertThat(fault(KeyLocation.parse(hsm.uri("object=rsa").replace("softhsm2", "no"))))
        .isEqualTo(Fault.TOKEN_AWAY);
    assertThatThrownBy(() -> read(hsm.at("object=twice"))).hasMessageContaining("2 private keys");
  }

  @Test
  void refusesAModuleThatIsNone() {
    KeyLocation text = KeyLocation.parse("pkcs11:token=a;object=b?module-path=/etc/hostname");
    assertThat(fault(text)).isEqualTo(Fault.TOKEN_AWAY);
    assertThatThrownBy(() -> read(text)).hasMessageContaining("cannot be loaded");
  }

  @Test
  void triesAWrongPinOnce() throws KeyMaterialException {
    startTheModuleAnew();
    assertThat(fault(hsm.at("object=rsa", "0000"))).isEqualTo(Fault.WRONG_PASSWORD);
    // The next key on the same token, with the same wrong PIN.
    assertThatThrownBy(() -> read(hsm.at("object=p256", "0000")))
        .hasMessageContaining("refused the PIN")
        .hasNoSuppressedExceptions()
        .cause()
        .hasNoCause();
    assertThat(read(hsm.at("object=rsa")).isRsa()).as("the right one").isTrue();
  }

  @Test
  void takesThePinFromAFileThatOnlyItsOwnerReads() throws IOException, KeyMaterialException {
    Path file = Files.writeString(directory.resolve("pin"), SoftHsm.PIN + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    KeyLocation location =
        KeyLocation.parse(hsm.uri("object=rsa") + "&pin-source=file:pin")
            .in(directory, Optional.empty(), KeyEncryption.none());
    assertThat(fault(location)).isEqualTo(Fault.TOO_OPEN);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(read(location).isRsa()).isTrue();
    assertThat(fault(location.in(directory, Optional.of(Secret.of("1234")), KeyEncryption.none())))
        .as("two PINs")
        .isEqualTo(Fault.MALFORMED);
  }

  /// Ends the sessions and logins of earlier tests: whoever looks for a token that is not there
  /// starts the module anew.
  private void startTheModuleAnew() {
    assertThatThrownBy(
            () -> read(KeyLocation.parse(hsm.uri("object=a").replace("token=", "token=x"))))
        .hasMessageContaining("there is no token");
  }

  private Fault fault(KeyLocation location) {
    KeyMaterialException e = catchThrowableOfType(KeyMaterialException.class, () -> read(location));
    assertThat(e.hint()).isNotEmpty();
    assertThat(e.reason()).doesNotContain(SoftHsm.PIN);
    return e.fault();
  }

  private RaKey ra() throws KeyMaterialException, SigningUnavailableException, IOException {
    SigningKey key = read(hsm.at("object=rsa"));
    Path certificate = directory.resolve("ra.crt");
    CertificateChain.of(
            SelfSignedCertificate.of(
                key,
                new X500Name("CN=ra"),
                BigInteger.ONE,
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2036-01-01T00:00:00Z")))
        .write(certificate);
    return RaKey.read(certificate, hsm.at("object=rsa"), providers, RANDOM);
  }

  private static PublicKey publicKey(RaKey ra) throws GeneralSecurityException, IOException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(
            new X509EncodedKeySpec(ra.certificate().getSubjectPublicKeyInfo().getEncoded()));
  }

  @Test
  void opensEnvelopesOfEveryKind() throws Exception {
    RaKey ra = ra();
    ScepCrypto crypto = new ScepCrypto(providers.inOrder());
    byte[] contentKey = "a content key of 32 octets......".getBytes(StandardCharsets.US_ASCII);
    Cipher pkcs1 = crypto.cipher("RSA/ECB/PKCS1Padding");
    pkcs1.init(Cipher.ENCRYPT_MODE, publicKey(ra));
    assertThat(ra.recipientKey().unwrap(KeyTransport.RSA_PKCS1, pkcs1.doFinal(contentKey), 32))
        .isEqualTo(contentKey);
    Cipher oaep = crypto.cipher("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    oaep.init(Cipher.ENCRYPT_MODE, publicKey(ra));
    assertThat(ra.recipientKey().unwrap(KeyTransport.RSA_OAEP_SHA1, oaep.doFinal(contentKey), 32))
        .isEqualTo(contentKey);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void SEC3_badCiphertextGivesStableUnpredictableKey(int which) throws Exception {
    RaKey ra = ra();
    byte[] modulus =
        ((java.security.interfaces.RSAPublicKey) publicKey(ra)).getModulus().toByteArray();
    byte[] junk = new byte[256];
    switch (which) {
      case 0 -> RANDOM.nextBytes(junk);
      case 1 -> junk[255] = 0;
      case 2 -> junk[255] = 1;
      case 3 -> System.arraycopy(modulus, modulus.length - 256, junk, 0, 256);
      default -> junk = new byte[0];
    }
    junk = which == 0 ? withoutFirst(junk) : junk;
    byte[] first = ra.recipientKey().unwrap(KeyTransport.RSA_PKCS1, junk, 32);
    assertThat(first)
        .hasSize(32)
        .isEqualTo(ra.recipientKey().unwrap(KeyTransport.RSA_PKCS1, junk, 32));
    assertThat(ra().recipientKey().unwrap(KeyTransport.RSA_PKCS1, junk, 32)).isNotEqualTo(first);
    assertThat(providers.tokens().away()).isEmpty();
  }

  private static byte[] withoutFirst(byte[] octets) {
    octets[0] = 0;
    return octets;
  }

  @Test
  void signsRepliesWithEveryDigest() throws Exception {
    RaKey ra = ra();
    for (DigestAlgorithm digest : DigestAlgorithm.values()) {
      Signature verifier = Signature.getInstance(digest.signatureName() + "withRSA");
      verifier.initVerify(publicKey(ra));
      verifier.update(MESSAGE);
      assertThat(verifier.verify(ra.messageSigner().sign(digest, MESSAGE)))
          .as(digest.name())
          .isTrue();
    }
  }

  @Test
  void failsAsUnavailableWhileTheTokenIsAwayAndRecovers() throws Exception {
    RaKey ra = ra();
    SigningKey key = read(hsm.at("object=p256"));
    hsm.takeAway();
    try {
      assertThatThrownBy(() -> key.sign(MESSAGE)).isInstanceOf(SigningUnavailableException.class);
      assertThat(providers.tokens().away())
          .singleElement()
          .satisfies(away -> assertThat(away.token()).contains("token-key-test"));
      assertThatThrownBy(() -> ra.messageSigner().sign(DigestAlgorithm.SHA256, MESSAGE))
          .isInstanceOf(KeyUnavailableException.class);
      assertThatThrownBy(() -> ra.recipientKey().unwrap(KeyTransport.RSA_PKCS1, new byte[256], 32))
          .isInstanceOf(KeyUnavailableException.class);
      providers.tokens().check();
      assertThat(providers.tokens().away()).hasSize(1);
    } finally {
      hsm.bringBack();
    }
    assertThatThrownBy(() -> key.sign(MESSAGE))
        .as("nobody looked yet")
        .isInstanceOf(SigningUnavailableException.class);
    providers.tokens().check();
    providers.tokens().check();
    assertThat(providers.tokens().away()).isEmpty();
    assertThat(key.verificationKey(providers).verifies(MESSAGE, key.sign(MESSAGE))).isTrue();
    assertThat(ra.messageSigner().sign(DigestAlgorithm.SHA256, MESSAGE)).hasSize(256);
  }

  @Test
  void noticesThatTheTokenIsAwayBeforeAnyoneNeedsIt() throws Exception {
    SigningKey key = read(hsm.at("object=p256"));
    hsm.takeAway();
    try {
      providers.tokens().check();
      assertThat(providers.tokens().away()).hasSize(1);
    } finally {
      hsm.bringBack();
    }
    providers.tokens().check();
    assertThat(providers.tokens().away()).isEmpty();
    assertThat(key.sign(MESSAGE)).isNotEmpty();
  }

  @Test
  void survivesThatTheModuleWasStartedAnewByAnother() throws Exception {
    SigningKey key = read(hsm.at("object=p256"));
    CryptoProviders others = CryptoProviders.detect();
    assertThatThrownBy(
            () ->
                SigningKey.read(
                    KeyLocation.parse(hsm.uri("object=p256").replace("token=", "token=x")),
                    Optional.empty(),
                    others))
        .as("looks for a token that is not there, and starts the module anew for it")
        .isInstanceOf(KeyMaterialException.class);
    assertThat(key.sign(MESSAGE)).isNotEmpty();
  }
}
