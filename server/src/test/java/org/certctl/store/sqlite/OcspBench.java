package org.certctl.store.sqlite;

import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.Intent;
import org.certctl.issuer.OcspSigner;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.TestCa;
import org.certctl.status.OcspOutcome;
import org.certctl.status.OcspRequests;
import org.certctl.status.OcspResponder;
import org.certctl.status.OcspRules;
import org.certctl.store.StoreObserver;

/// How many OCSP requests a second are answered, signed before and signed anew, beside the bare
/// signatures of the same key. Not a test: run `bench/run ocsp`, which asks openssl for its rates
/// first.
final class OcspBench {

  private static final int CERTIFICATES = 500;
  private static final Duration RUN = Duration.ofSeconds(5);

  private OcspBench() {}

  /// Prints what it measures.
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempDirectory("ocsp-bench").resolve("certctl.db");
    Clock clock = Clock.systemUTC();
    int threads = Runtime.getRuntime().availableProcessors();
    try (SqliteStore store = SqliteStore.open(file, clock, StoreObserver.none())) {
      for (int i = 0; i < CERTIFICATES; i++) {
        Intent intent = intent("d" + i);
        store.enrollments().intend(intent, false, List.of());
        store.enrollments().record(intent.id(), certificate("d" + i), List.of());
      }
      for (KeyType type : List.of(KeyType.P_256, KeyType.RSA_2048)) {
        SigningKey key = SigningKey.generate(type, CryptoProviders.detect(), new SecureRandom());
        measure(store, key, type, threads, clock);
      }
    }
  }

  private static void measure(
      SqliteStore store, SigningKey key, KeyType type, int threads, Clock clock) throws Exception {
    TestCa ca = TestCa.ec();
    Instant now = clock.instant();
    OcspSigner signer =
        new OcspSigner(
            "iss-local",
            ca.certificate(),
            IssuedCertificate.ofDer(
                new AuthorityCertificates(now, new SecureRandom())
                    .ocspResponder(
                        new Authority(ca.certificate().holder(), ca.signer()),
                        new X500Name("CN=OCSP"),
                        key.publicKeyInfo(),
                        now.plus(Duration.ofDays(30)))
                    .getEncoded()),
            key);
    OcspResponder responder =
        new OcspResponder(
            store.certificates(),
            store.crls()::changes,
            new OcspRules(Duration.ofHours(1), threads, Duration.ofSeconds(10), 2048),
            _ -> Optional.of(signer),
            clock,
            new Silent());
    List<byte[]> plain = new ArrayList<>();
    List<byte[]> nonce = new ArrayList<>();
    for (int i = 0; i < CERTIFICATES; i++) {
      var id = OcspRequests.id(ca.certificate().holder(), serial("d" + i).value());
      plain.add(OcspRequests.request(id));
      nonce.add(OcspRequests.withNonce(32, id));
    }
    byte[] toBeSigned = Enrollments.digest("bare").octets();
    for (String run : List.of("warm", "counts")) {
      print(run, type, "cached", rate(threads, i -> responder.answer("iss-local", plain.get(i))));
      print(run, type, "signed", rate(threads, i -> responder.answer("iss-local", nonce.get(i))));
      print(run, type, "bare signatures", rate(threads, _ -> key.sign(toBeSigned)));
    }
  }

  private interface Work {
    Object run(int certificate) throws Exception;
  }

  private static double rate(int threads, Work work) throws Exception {
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + RUN.toNanos();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Void>> loops = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int offset = thread * (CERTIFICATES / threads);
        loops.add(
            () -> {
              for (int i = offset; System.nanoTime() < end; i++) {
                var _ = work.run(i % CERTIFICATES);
                done.incrementAndGet();
              }
              return null;
            });
      }
      for (Future<Void> loop : executor.invokeAll(loops)) {
        loop.get();
      }
    }
    return done.get() / (double) RUN.toSeconds();
  }

  private static void print(String run, KeyType type, String what, double perSecond) {
    System.out.printf("%-7s %-8s %-16s %,10.0f/s%n", run, type, what, perSecond);
  }

  private static final class Silent implements OcspResponder.Observer {

    @Override
    public void answered(String issuerId, OcspOutcome outcome) {
      if (outcome != OcspOutcome.GOOD) {
        throw new AssertionError(outcome);
      }
    }

    @Override
    public void given(String issuerId, boolean again) {
      // The rates say it.
    }
  }
}
