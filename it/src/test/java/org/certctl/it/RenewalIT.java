package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.certctl.it.Reply.FailInfoCode;
import org.jscep.client.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// RenewalReq and the renewals of older clients by PKCSReq (RN-1 to RN-9, PR-9, A7, A8, SEC-7).
final class RenewalIT {

  private static final String PROFILE = "CERTCTL_SCEP_PROFILE_DEFAULT_";

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with(PROFILE + "RENEWAL_WINDOW", "3650d")
          .with(PROFILE + "ALGORITHM_POLICY", "legacy")
          .with(PROFILE + "RENEWAL_REVOKE_PREDECESSOR_AFTER", "1s");

  @TempDir Path work;

  private final Inventory inventory = new Inventory(SERVER.data());
  private final KeyPair oldKey = Keys.freshRsa();

  @Test
  void cap7_announcesRenewal() throws Exception {
    var response = RawHttp.get(SERVER.httpPort(), "/scep/default?operation=GetCACaps");
    assertThat(response.text().split("\n")).contains("Renewal");
  }

  @Test
  void rn1_rn6_renewsWithANewKeyAndRepliesToTheOldOne() {
    var name = name();
    var old = enrolled(name);
    var device = renewal(name, old).key(Keys.freshEc());

    // The reply opens with the old key alone.
    var renewed = device.enroll();

    assertThat(renewed.getSubjectX500Principal()).isEqualTo(old.getSubjectX500Principal());
    assertThat(inventory.events(device.transactionId()))
        .containsExactly(
            new Inventory.Event("scep_renewalreq", "intended", ""),
            new Inventory.Event("scep_renewalreq", "issued", ""));
    assertThat(show(renewed)).containsPattern("renews +" + serial(old));
    assertThat(show(old)).containsPattern("renewed by +" + serial(renewed));
  }

  @Test
  void rn1_renewsWithTheOldKeyAndAnswersARepetitionAsBefore() {
    var name = name();
    var old = enrolled(name);
    var device = renewal(name, old).key(oldKey);

    var renewed = device.enroll();

    assertThat(device.enroll()).isEqualTo(renewed);
    assertThat(inventory.certificatesOfTransaction(device.transactionId())).hasSize(1);
  }

  @Test
  void rn3_keepsNamesThatTheRequestLeavesOut() throws Exception {
    var name = name();
    var old =
        new Device(SERVER, name)
            .key(oldKey)
            .requesterKey(oldKey)
            .request(csr -> csr.challenge(SERVER.data().challenge()).dnsName(name + ".example"))
            .enroll();

    var renewed = renewal(name, old).key(Keys.freshEc()).enroll();

    assertThat(renewed.getSubjectAlternativeNames())
        .containsExactlyElementsOf(old.getSubjectAlternativeNames());
  }

  @Test
  void rn4_takesNoNoticeOfAStaleChallenge() {
    var name = name();
    var old = enrolled(name);
    renewal(name, old).key(Keys.freshEc()).request(csr -> csr.challenge("stale")).enroll();
  }

  @Test
  void pr9_renewsByPkcsReqWhateverTheChallenge() {
    var name = name();
    var old = enrolled(name);
    var device =
        renewal(name, old)
            .messageType("19")
            .key(Keys.freshEc())
            .request(csr -> csr.challenge("stale"));

    assertThat(show(device.enroll())).containsPattern("renews +" + serial(old));
  }

  @Test
  void neverTakesSha1UnderLegacy() {
    var name = name();
    var old = enrolled(name);
    renewal(name, old).signature("SHA1withRSA").send().failedWith(FailInfoCode.BAD_ALG);
    renewal(name, old)
        .messageType("19")
        .signature("SHA1withRSA")
        .send()
        .failedWith(FailInfoCode.BAD_REQUEST);
  }

  @Test
  void a8_refusesOtherNames() {
    var name = name();
    var old = enrolled(name);
    assertRefused(renewal(name() + "-other", old), "renewal_identity_changed");
    assertRefused(
        renewal(name, old).request(csr -> csr.dnsName("other.example")),
        "renewal_identity_changed");
  }

  @Test
  void a7_rn2_refusesASelfSignedSigner() {
    assertRefused(new Device(SERVER, name()).messageType("17"), "renewal_signer_self_signed");
  }

  @Test
  void sec7_refusesACertificateThatOnlyLooksLikeOurs() throws Exception {
    var name = name();
    var old = enrolled(name);
    var attacker = Keys.freshRsa();
    var twin =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        X500Name.getInstance(old.getIssuerX500Principal().getEncoded()),
                        old.getSerialNumber(),
                        old.getNotBefore(),
                        old.getNotAfter(),
                        X500Name.getInstance(old.getSubjectX500Principal().getEncoded()),
                        attacker.getPublic())
                    .build(
                        new JcaContentSignerBuilder("SHA256withRSA").build(attacker.getPrivate())));

    assertRefused(
        new Device(SERVER, name).messageType("17").renewing(twin, attacker).request(_ -> {}),
        "renewal_signer_unknown");
  }

  @Test
  void sec19_refusesAKeyThatIsCertifiedForSomebodyElse() {
    var victim = new Device(SERVER, name()).key(Keys.freshEc());
    victim.enroll();
    var name = name();
    assertRefused(renewal(name, enrolled(name)).key(victim.key()), "renewal_key_of_another");
  }

  @Test
  void rn8_a7_revokesTheOldCertificateLaterAndRenewsItNoMore() {
    var name = name();
    var old = enrolled(name);
    renewal(name, old).key(Keys.freshEc()).enroll();

    Await.until(
        "the old certificate is revoked",
        Duration.ofSeconds(30),
        () -> show(old).contains("revoked at"));

    assertRefused(renewal(name, old).key(Keys.freshEc()), "renewal_signer_revoked");
  }

  @Test
  void strongSwanRenewsByRenewalReq() throws Exception {
    var name = "strongswan-" + name();
    var client = StrongSwan.of(SERVER, work);
    var old = client.enrollsInto("old", name, "--password", SERVER.data().challenge());
    var renewed =
        client.enrollsInto("new", name, "--cert", file("old.crt"), "--key", file("old.key"));

    assertThat(SERVER.audited("--serial", serial(renewed))).contains("scep_renewalreq", "issued");
    assertThat(renewed.getSubjectX500Principal()).isEqualTo(old.getSubjectX500Principal());
    assertThat(renewed.getPublicKey()).isNotEqualTo(old.getPublicKey());
    assertThat(show(renewed)).containsPattern("renews +" + serial(old));
    OpenSsl.assertAccepts(SERVER.data(), renewed, work);
  }

  @Test
  void theClientCommandRenewsWithANewKeyAndWithTheOldOne() throws Exception {
    var challenge = Files.writeString(work.resolve("challenge"), SERVER.data().challenge());
    Certctl.command("enroll", SERVER.httpUrl(), "--challenge-file", challenge.toString())
        .and("--subject", "CN=" + name() + ",O=certctl", "--dns", "command.example")
        .and("--out", file("first.pem"))
        .run()
        .succeeded();
    var first = certificate("first.pem");

    Certctl.command("enroll", SERVER.httpUrl(), "--renew", "--cert", file("first.pem"))
        .and("--out", file("second.pem"))
        .run()
        .succeeded();
    var second = certificate("second.pem");

    assertThat(second.getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
    assertThat(second.getSubjectAlternativeNames())
        .hasSize(1)
        .containsExactlyElementsOf(first.getSubjectAlternativeNames());
    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(show(second)).containsPattern("renews +" + serial(first));
    assertThat(show(first)).containsPattern("renewed by +" + serial(second));
    OpenSsl.assertAccepts(SERVER.data(), second, work);

    Certctl.command("enroll", SERVER.httpUrl(), "--renew", "--cert", file("second.pem"))
        .and("--keep-key", "--by-pkcsreq", "--out", file("third.pem"))
        .run()
        .succeeded();
    var third = certificate("third.pem");

    assertThat(third.getPublicKey()).isEqualTo(second.getPublicKey());
    assertThat(show(third)).containsPattern("renews +" + serial(second));
  }

  private X509Certificate certificate(String name) {
    return DataDirectory.certificates(work.resolve(name)).getFirst();
  }

  @Test
  void jscepRenewsByPkcsReqSignedWithTheOldCertificate() throws Exception {
    var name = name();
    var old = enrolled(name);
    var newKey = Keys.freshRsa();
    var client = new Client(URI.create(SERVER.httpUrl()).toURL(), certificate -> true);

    var response =
        client.enrol(
            old,
            oldKey.getPrivate(),
            new Csr("CN=" + name + ",O=certctl", newKey).challenge("stale").build());

    assertThat(response.isSuccess()).isTrue();
    var renewed = (X509Certificate) response.getCertStore().getCertificates(null).iterator().next();
    assertThat(renewed.getPublicKey()).isEqualTo(newKey.getPublic());
    assertThat(show(renewed)).containsPattern("renews +" + serial(old));
  }

  private static String name() {
    return "renewal-" + UUID.randomUUID();
  }

  private X509Certificate enrolled(String name) {
    return new Device(SERVER, name).key(oldKey).requesterKey(oldKey).enroll();
  }

  private Device renewal(String name, X509Certificate old) {
    return new Device(SERVER, name)
        .messageType("17")
        .key(Keys.rsa())
        .renewing(old, oldKey)
        .request(_ -> {});
  }

  private void assertRefused(Device device, String code) {
    var reply = device.send().failedWith(FailInfoCode.BAD_REQUEST);
    assertThat(reply.failInfoText()).contains(code);
    assertThat(inventory.events(device.transactionId()))
        .containsExactly(new Inventory.Event("scep_renewalreq", "refused", code));
    assertThat(inventory.certificatesOfTransaction(device.transactionId())).isEmpty();
  }

  private static String serial(X509Certificate certificate) {
    var hex = certificate.getSerialNumber().toString(16);
    return hex.length() % 2 == 0 ? hex : "0" + hex;
  }

  private static String show(X509Certificate certificate) {
    return SERVER.command("cert", "show", serial(certificate)).run().succeeded().stdout();
  }

  private String file(String name) {
    return work.resolve(name).toString();
  }
}
