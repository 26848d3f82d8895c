package org.certctl.front.scep;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.FailureLimiter;
import org.certctl.cli.testserver.TestCa;
import org.certctl.enroll.Authorizer;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.ChallengeMac;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentObserver;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.InFlight;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.certctl.enroll.MemoryEnrollmentStore.Failure;
import org.certctl.enroll.MemoryPendingStore;
import org.certctl.enroll.PendingStore;
import org.certctl.enroll.RenewalPolicy;
import org.certctl.scep.MessageType;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.secret.Secret;
import org.certctl.status.PublishedCrls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A15: when the store is away, the answer is 503 with Retry-After and never a FAILURE, which a
/// client takes for final.
class StoreAwayTest {

  private static final Identity DEVICE =
      new Identity(
          TestCa.DEVICE_KEYS,
          new TestCa.Template("CN=device", TestCa.DEVICE_KEYS, false, TestCa.RA_USAGE)
              .issuedBy(new Identity(TestCa.DEVICE_KEYS, selfNamed())));

  @TempDir Path directory;

  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector();

  private static org.bouncycastle.cert.X509CertificateHolder selfNamed() {
    return new TestCa.Template("CN=device", TestCa.DEVICE_KEYS, false, TestCa.RA_USAGE)
        .issuedBy(TestCa.ISSUER);
  }

  @AfterEach
  void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }

  @ParameterizedTest
  @EnumSource(
      value = MessageType.class,
      names = {"PKCS_REQ", "RENEWAL_REQ", "CERT_POLL", "GET_CERT", "GET_CRL"})
  void A15_everyMessageIsAnsweredBy503WithRetryAfterAndNeverByAFailure(MessageType type)
      throws Exception {
    serve(
        away(EnrollmentStore.class),
        away(PendingStore.class),
        away(CertificateInventory.class),
        away(AuditLog.class));

    assertUnavailable(post(message(type, TestEndpoint.CHALLENGE)));
  }

  @Test
  void A15_aRefusalThatCannotBeAuditedIsNoneEither() throws Exception {
    serve(
        away(EnrollmentStore.class),
        away(PendingStore.class),
        away(CertificateInventory.class),
        away(AuditLog.class));

    assertUnavailable(post(message(MessageType.PKCS_REQ, "wrong")));
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void A15_theSameMessageGetsItsCertificateWhenTheStoreIsBack(Failure failure) throws Exception {
    MemoryEnrollmentStore store = new MemoryEnrollmentStore(TestCa.CLOCK);
    serve(store, new MemoryPendingStore(store), store, store);
    byte[] message = message(MessageType.PKCS_REQ, TestEndpoint.CHALLENGE);

    store.fail(failure);
    assertUnavailable(post(message));

    String answer = post(message);
    assertThat(answer).startsWith("HTTP/1.1 200").contains("application/x-pki-message");
    assertThat(store.events().stream().filter(AuditEvent.CertificateIssued.class::isInstance))
        .hasSize(1);
  }

  private static void assertUnavailable(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + HttpServletResponse.SC_SERVICE_UNAVAILABLE)
        .containsPattern("(?i)\r\nRetry-After: [1-9][0-9]*\r\n")
        .doesNotContain("application/x-pki-message");
  }

  private void serve(
      EnrollmentStore enrollments,
      PendingStore pending,
      CertificateInventory certificates,
      AuditLog audit)
      throws LifecycleException {
    EnrollmentCycle cycle =
        new EnrollmentCycle(
            enrollments,
            pending,
            new Authorizer(new RenewalPolicy(certificates, TestCa.CLOCK)),
            audit,
            new ChallengeMac(Secret.of("0123456789abcdef0123456789abcdef")),
            new InFlight(Duration.ofSeconds(20)),
            TestCa.CLOCK,
            TestCa.RANDOM,
            new EnrollmentObserver() {
              @Override
              public void completed(Step step, long nanos) {}

              @Override
              public void ended(String endpoint, String code) {}
            });
    PkiOperation operation =
        new PkiOperation(
            new RequestDecoder(TestCa.CRYPTO, Limits.defaults()),
            new CertRepEncoder(TestCa.CRYPTO, TestCa.RANDOM),
            cycle,
            audit,
            new FailureLimiter(0, System::nanoTime),
            new FailureLimiter(0, System::nanoTime),
            certificates,
            away(PublishedCrls.class),
            new QuietObserver(),
            TestCa.CLOCK);
    ScepServlet servlet =
        new ScepServlet(
            new CurrentEndpoints(List.of(TestEndpoint.create()), Optional.empty()),
            operation,
            (_, _) -> Optional.empty(),
            Limits.defaults().maxMessageBytes(),
            () -> "request-1",
            new QuietObserver());
    tomcat.setBaseDir(directory.toString());
    Context context = tomcat.addContext("", directory.toString());
    Tomcat.addServlet(context, "scep", servlet);
    context.addServletMappingDecoded("/scep/*", "scep");
    connector.setPort(0);
    tomcat.getService().addConnector(connector);
    tomcat.start();
  }

  /// Something of the store that does nothing any more.
  private static <T> T away(Class<T> part) {
    return part.cast(
        Proxy.newProxyInstance(
            part.getClassLoader(),
            new Class<?>[] {part},
            (_, method, _) -> {
              throw new StoreUnavailableException(method.getName() + ": the disk is gone");
            }));
  }

  private static byte[] message(MessageType type, String challenge) {
    return new PkiMessageBuilder(TestCa.CRYPTO, TestCa.RANDOM)
        .type(type)
        .signer(DEVICE)
        .recipient(TestCa.RA.certificate())
        .transactionId(TransactionId.of("store-away"))
        .plaintext(plaintext(type, challenge))
        .build();
  }

  private static byte[] plaintext(MessageType type, String challenge) {
    X500Name issuer = TestEndpoint.issuer().holder().getSubject();
    return switch (type) {
      case CERT_POLL -> sequence(issuer, new X500Name("CN=device"));
      case GET_CERT, GET_CRL -> sequence(issuer, new ASN1Integer(7));
      default ->
          new Pkcs10Builder(TestCa.DEVICE_KEYS, new X500Name("CN=device"), TestCa.CRYPTO)
              .challenge(challenge)
              .build();
    };
  }

  private static byte[] sequence(ASN1Encodable first, ASN1Encodable second) {
    try {
      return new DERSequence(new ASN1Encodable[] {first, second}).getEncoded();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String post(byte[] message) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      socket.setSoTimeout(60_000);
      String head =
          "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: localhost\r\n"
              + "Connection: close\r\nContent-Length: "
              + message.length
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(message);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
