package org.certctl.cli.demo;

import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.certctl.cli.client.FailureHints;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.RequesterKey;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.Nonce;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.client.CertRep;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.client.ScepHttpRequest;
import org.certctl.scep.client.ScepHttpResponse;
import org.certctl.scep.client.ScepTransport;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareRecipientKey;
import org.certctl.scep.http.MediaTypes;
import org.certctl.secret.Secret;

/// Enrolls simulated devices through a real SCEP port, many at a time. Every answer is verified and
/// opened as a device would.
final class Fleet {

  private static final int MAX_KEYS = 16;
  private static final int OK = 200;
  private static final Duration TICK = Duration.ofMillis(100);
  private static final String WRONG_CHALLENGE = "let-me-in";

  private final ScepTransport transport;
  private final CaCertificates ca;
  private final Secret challenge;
  private final SimulatedConnector connector;
  private final CryptoProviders providers;
  private final ScepCrypto crypto;
  private final SecureRandom random;
  private final Clock clock;

  /// @param ca the CA to trust
  /// @param challenge the right static challenge
  /// @param connector gives some devices challenges of their own
  Fleet(
      ScepTransport transport,
      CaCertificates ca,
      Secret challenge,
      SimulatedConnector connector,
      CryptoProviders providers,
      SecureRandom random,
      Clock clock) {
    this.transport = transport;
    this.ca = ca;
    this.challenge = challenge;
    this.connector = connector;
    this.providers = providers;
    this.crypto = new ScepCrypto(providers.inOrder());
    this.random = random;
    this.clock = clock;
  }

  /// Makes the keys that the devices share, several at once: making one for each would take longer
  /// than all else.
  List<KeyPair> keys(int devices) throws InterruptedException {
    int count = Math.clamp(devices, 1, MAX_KEYS);
    List<Future<KeyPair>> pending = new ArrayList<>();
    List<KeyPair> keys = new ArrayList<>();
    try (ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (int i = 0; i < count; i++) {
        pending.add(
            workers.submit(
                () -> RequesterKey.generate(KeyType.RSA_2048, providers, random).keyPair()));
      }
      for (Future<KeyPair> key : pending) {
        keys.add(key.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("no key could be made", e);
    }
    return keys;
  }

  /// Enrolls all devices.
  ///
  /// @param concurrency how many at a time
  /// @param progress is told several times a second how many are done
  FleetResult enroll(
      List<SimulatedDevice> devices, List<KeyPair> keys, int concurrency, IntConsumer progress)
      throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    CountDownLatch allDone = new CountDownLatch(devices.size());
    List<Future<DeviceOutcome>> pending = new ArrayList<>();
    List<DeviceOutcome> outcomes = new ArrayList<>();
    long start = System.nanoTime();
    try (ExecutorService workers =
        Executors.newFixedThreadPool(concurrency, Thread.ofVirtual().factory())) {
      for (SimulatedDevice device : devices) {
        pending.add(
            workers.submit(
                () -> {
                  try {
                    return enroll(device, keys.get(device.number() % keys.size()));
                  } finally {
                    done.incrementAndGet();
                    allDone.countDown();
                  }
                }));
      }
      while (!allDone.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        progress.accept(done.get());
      }
      Duration duration = Duration.ofNanos(System.nanoTime() - start);
      progress.accept(devices.size());
      for (Future<DeviceOutcome> outcome : pending) {
        outcomes.add(outcome.get());
      }
      return new FleetResult(outcomes, duration);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a simulated device is broken", e);
    }
  }

  /// A message and what its answer must match.
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  private record Sent(byte[] message, CertRepReader.Expectation expectation) {}

  private DeviceOutcome enroll(SimulatedDevice device, KeyPair keyPair) {
    try {
      String password = challengeFor(device);
      if (device.behaviour().asksTwice()) {
        Sent first = message(device, keyPair, password);
        var _ = read(send(first.message()), first);
        if (device.behaviour() == Behaviour.TOO_EAGER) {
          password = challengeFor(device);
        }
      }
      Sent sent = message(device, keyPair, password);
      long start = System.nanoTime();
      byte[] reply = send(sent.message());
      Duration latency = Duration.ofNanos(System.nanoTime() - start);
      return switch (read(reply, sent)) {
        case CertRep.Success success ->
            new DeviceOutcome.Issued(
                latency, device.behaviour() == Behaviour.RESENDS && isSameAgain(sent, success));
        case CertRep.Failure(var failInfo, var text) ->
            new DeviceOutcome.Refused(
                latency, text.orElse(FailureHints.name(failInfo)), device.behaviour());
        case CertRep.Pending _ -> new DeviceOutcome.Refused(latency, "pending", device.behaviour());
      };
    } catch (IOException e) {
      return new DeviceOutcome.Failed(String.valueOf(e.getMessage()));
    } catch (ScepFormatException e) {
      return new DeviceOutcome.Failed("unusable answer: " + e.code());
    }
  }

  private boolean isSameAgain(Sent sent, CertRep.Success first)
      throws IOException, ScepFormatException {
    return read(send(sent.message()), sent) instanceof CertRep.Success second
        && second.content().certificates().equals(first.content().certificates());
  }

  private CertRep read(byte[] reply, Sent sent) throws ScepFormatException {
    try {
      return new CertRepReader(crypto, Limits.defaults()).read(reply, sent.expectation());
    } catch (KeyUnavailableException e) {
      throw new IllegalStateException("a key in memory is always there", e);
    }
  }

  private byte[] send(byte[] message) throws IOException {
    ScepHttpResponse response =
        transport.exchange(
            new ScepHttpRequest("POST", "operation=PKIOperation", MediaTypes.PKI_MESSAGE, message));
    if (response.status() != OK) {
      throw new IOException("HTTP status " + response.status());
    }
    return response.body();
  }

  private String challengeFor(SimulatedDevice device) {
    if (device.behaviour().isOfConnector()) {
      return connector.challengeFor(device);
    }
    return device.behaviour() == Behaviour.WRONG_CHALLENGE
        ? WRONG_CHALLENGE
        : challenge.revealText();
  }

  private Sent message(SimulatedDevice device, KeyPair keyPair, String password)
      throws IOException {
    Identity signer = SelfSigned.of(keyPair, device.subject(), clock.instant(), crypto, random);
    TransactionId transactionId = TransactionId.of(Nonce.random(random).toString());
    Nonce nonce = Nonce.random(random);
    byte[] message =
        new PkiMessageBuilder(crypto, random)
            .transactionId(transactionId)
            .senderNonce(nonce.octets())
            .signer(signer)
            .recipient(ca.recipient())
            .cipher(
                device.behaviour() == Behaviour.SINGLE_DES
                    ? ContentCipher.DES
                    : ContentCipher.AES_128)
            .plaintext(request(device, keyPair, password))
            .build();
    return new Sent(
        message,
        new CertRepReader.Expectation(
            transactionId,
            nonce,
            ca.signers(),
            new SoftwareRecipientKey(keyPair.getPrivate(), signer.certificate(), crypto, random)));
  }

  private byte[] request(SimulatedDevice device, KeyPair keyPair, String password)
      throws IOException {
    Pkcs10Builder builder = new Pkcs10Builder(keyPair, device.subject(), crypto);
    builder.challenge(password);
    device.names().forEach(builder::subjectAltName);
    if (device.behaviour() == Behaviour.ASKS_FOR_CA) {
      builder.extension(
          Extension.create(Extension.basicConstraints, true, new BasicConstraints(true)));
    }
    if (device.behaviour() == Behaviour.ASKS_FOR_CODE_SIGNING) {
      builder.extension(
          Extension.create(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning)));
    }
    return builder.build();
  }
}
