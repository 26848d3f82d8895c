package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.certctl.audit.Actor;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.Intent;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.certctl.issuer.OcspSigner;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.Signer;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.BeforeEach;

/// One responder over an inventory in memory, with what it tells counted.
abstract class OcspResponderFixture {

  static final String ISSUER = "iss-local";
  static final TestCa CA = TestCa.ec();
  static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  static final SecureRandom RANDOM = new SecureRandom();
  static final OcspRules RULES = new OcspRules(Duration.ofHours(1), 2, Duration.ofSeconds(10), 100);
  static final Instant AT = NOW.plus(Duration.ofMinutes(1)).truncatedTo(ChronoUnit.MILLIS);
  static final SigningKey KEY = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
  static final X509CertificateHolder ISSUING = CA.certificate().holder();

  final TestClock clock = new TestClock(NOW);
  final MemoryEnrollmentStore store =
      new MemoryEnrollmentStore(clock) {
        @Override
        public Optional<Instant> removedUntil() {
          return removedUntil;
        }
      };
  Optional<Instant> removedUntil = Optional.empty();
  final List<OcspOutcome> outcomes = new ArrayList<>();
  OcspSigner signer = signer(KEY, KEY, NOW.plus(Duration.ofDays(30)));
  long changes;
  int signed;
  int again;
  OcspResponder responder = responder(RULES);

  static OcspSigner signer(SigningKey key, Signer use, Instant notAfter) {
    try {
      X509CertificateHolder certificate =
          new AuthorityCertificates(NOW, RANDOM)
              .ocspResponder(
                  new Authority(ISSUING, CA.signer()),
                  new X500Name("CN=OCSP"),
                  key.publicKeyInfo(),
                  notAfter);
      return new OcspSigner(
          ISSUER, CA.certificate(), IssuedCertificate.ofDer(certificate.getEncoded()), use);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  OcspResponder responder(OcspRules rules) {
    return new OcspResponder(
        store,
        _ -> changes,
        rules,
        id -> Optional.of(signer).filter(known -> known.issuerId().equals(id)),
        clock,
        new OcspResponder.Observer() {
          @Override
          public void answered(String issuerId, OcspOutcome outcome) {
            outcomes.add(outcome);
          }

          @Override
          public void given(String issuerId, boolean before) {
            signed += before ? 0 : 1;
            again += before ? 1 : 0;
          }
        });
  }

  @BeforeEach
  void issue() throws Exception {
    issue("a", NOW.plus(Duration.ofDays(30)));
  }

  void issue(String name, Instant notAfter) throws StoreUnavailableException {
    Intent intent = intent(name);
    store.intend(intent, false, List.of());
    store.record(intent.id(), certificate(name, notAfter), List.of());
  }

  void apply(String name, RevocationOrder order) throws StoreUnavailableException {
    assertThat(store.apply(ISSUER, serial(name), order))
        .isInstanceOf(RevocationOutcome.Changed.class);
    changes++;
  }

  static RevocationOrder revoke(RevocationReason reason) {
    return RevocationOrder.revoke(reason, AT, Actor.user("alice"), "");
  }

  static CertificateID id(String name) {
    return OcspRequests.id(ISSUING, serial(name).value());
  }

  OcspAnswer.Signed ask(byte[] request) throws Exception {
    return (OcspAnswer.Signed) responder.answer(ISSUER, request);
  }

  OcspAnswer.Signed ask(String name) throws Exception {
    return ask(OcspRequests.request(id(name)));
  }

  /// The signed part, verified with the responder's certificate, which the issuer has signed.
  static BasicOCSPResp verified(OcspAnswer.Signed answer) throws Exception {
    OCSPResp response = new OCSPResp(answer.response().octets());
    assertThat(response.getStatus()).isZero();
    BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
    X509CertificateHolder certificate = basic.getCerts()[0];
    var builder = new JcaContentVerifierProviderBuilder();
    assertThat(basic.isSignatureValid(builder.build(certificate))).isTrue();
    assertThat(certificate.isSignatureValid(builder.build(ISSUING))).isTrue();
    assertThat(basic.getResponderId().toASN1Primitive().getKeyHash()).isNotNull();
    return basic;
  }

  static SingleResp single(OcspAnswer.Signed answer) throws Exception {
    SingleResp[] all = verified(answer).getResponses();
    assertThat(all).hasSize(1);
    return all[0];
  }
}
