package org.certctl.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareRecipientKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures whether the time of a refusal tells its cause (SEC-3): classes of messages that open to
/// nothing, in random order, each class against the first by Welch's t-test.
@Command(
    name = "oracle",
    mixinStandardHelpOptions = true,
    description = "Measures whether the time of a refusal tells why a message could not be opened.")
public final class OracleTiming implements Callable<Integer> {

  private static final double KEPT_SHARE = 0.9;
  private static final int VARIANTS = 32;
  private static final int WARM_UP_ROUNDS = 300;
  private static final int MESSAGES_OF_AN_ADDRESS = 400;

  @Option(
      names = "--url",
      description = "A server, by plain HTTP on this machine; without it the decoder alone.")
  private URI url = URI.create("");

  @Option(names = "--samples", defaultValue = "1500", description = "Samples of each class.")
  private int samples;

  private final Random order = new Random(20260601);
  private int sent;

  /// Ends the process with 0 when it could measure.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new OracleTiming()).execute(arguments));
  }

  /// Takes one message.
  private interface Target {
    void take(byte[] message) throws IOException, ScepFormatException, KeyUnavailableException;
  }

  @Override
  public Integer call()
      throws GeneralSecurityException, IOException, ScepFormatException, KeyUnavailableException {
    var crypto = crypto();
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var key = generator.generateKeyPair();
    if (url.toString().isEmpty()) {
      var random = new SecureRandom();
      var ra =
          SelfSigned.of(
              generator.generateKeyPair(), new X500Name("CN=RA"), Instant.now(), crypto, random);
      RecipientKey recipient =
          new SoftwareRecipientKey(ra.keyPair().getPrivate(), ra.certificate(), crypto, random);
      var decoder = new RequestDecoder(crypto, Limits.defaults());
      var messages = new UnreadableMessages(crypto, ra.certificate(), key).make(VARIANTS);
      report(measure(messages, message -> refuse(decoder, message, recipient)));
      return 0;
    }
    X509CertificateHolder recipient = ServerCertificates.recipient(url, crypto);
    var messages = new UnreadableMessages(crypto, recipient, key).make(VARIANTS);
    report(measure(messages, this::post));
    return 0;
  }

  private static void refuse(RequestDecoder decoder, byte[] message, RecipientKey recipient)
      throws ScepFormatException, KeyUnavailableException {
    var decoded = decoder.decode(message, AlgorithmPolicy.strict(), List.of(recipient));
    if (!(decoded instanceof DecodedRequest.Rejected)) {
      throw new IllegalStateException("a message that should open to nothing was opened");
    }
  }

  /// A class of messages, and how long each took.
  private final class Series {
    private final String name;
    private final List<byte[]> messages;
    private final double[] nanos = new double[samples];

    Series(String name, List<byte[]> messages) {
      this.name = name;
      this.messages = messages;
    }

    void take(int round, Target target)
        throws IOException, ScepFormatException, KeyUnavailableException {
      byte[] message = messages.get(order.nextInt(messages.size()));
      long start = System.nanoTime();
      target.take(message);
      long took = System.nanoTime() - start;
      if (round >= 0) {
        nanos[round] = took;
      }
    }

    Samples measured() {
      return new Samples(nanos);
    }
  }

  private List<Series> measure(Map<String, List<byte[]>> messages, Target target)
      throws IOException, ScepFormatException, KeyUnavailableException {
    var all = new ArrayList<Series>();
    messages.forEach((name, list) -> all.add(new Series(name, list)));
    var inRandomOrder = new ArrayList<>(all);
    for (int round = -WARM_UP_ROUNDS; round < samples; round++) {
      Collections.shuffle(inRandomOrder, order);
      for (Series series : inRandomOrder) {
        series.take(round, target);
      }
    }
    return all;
  }

  private void report(List<Series> all) {
    Samples base = all.getFirst().measured();
    double bound = base.quantile(KEPT_SHARE);
    System.out.printf(
        Locale.ROOT,
        "%d samples a class; t against the first class, of all samples and of those up to its"
            + " 90 %% quantile%n",
        samples);
    System.out.printf(
        Locale.ROOT, "%-18s %10s %10s %8s %8s%n", "class", "median us", "mean us", "t", "t 90%");
    for (Series series : all) {
      Samples times = series.measured();
      System.out.printf(
          Locale.ROOT,
          "%-18s %10.1f %10.1f %8.2f %8.2f%n",
          series.name,
          times.median() / 1000,
          times.mean() / 1000,
          times.welch(base),
          times.upTo(bound).welch(base.upTo(bound)));
    }
  }

  /// Posts on a connection of its own, from many addresses of the loopback network in turn: one
  /// address alone would be slowed down.
  private void post(byte[] message) throws IOException {
    int host = 2 + sent++ / MESSAGES_OF_AN_ADDRESS % 250;
    var from = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
    try (var socket = new Socket(InetAddress.getByName(url.getHost()), url.getPort(), from, 0)) {
      socket.setTcpNoDelay(true);
      var head =
          "POST "
              + url.getPath()
              + "?operation=PKIOperation HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Content-Length: "
              + message.length
              + "\r\n\r\n";
      var out = socket.getOutputStream();
      var request = new java.io.ByteArrayOutputStream();
      request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      request.writeBytes(message);
      out.write(request.toByteArray());
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      if (!answer.startsWith("HTTP/1.1 200")) {
        throw new IOException("not a FAILURE: " + answer.lines().findFirst().orElse(""));
      }
    }
  }

  private static ScepCrypto crypto() {
    var providers = new ArrayList<Provider>();
    providers.add(AmazonCorrettoCryptoProvider.INSTANCE);
    providers.addAll(List.of(Security.getProviders()));
    return new ScepCrypto(providers);
  }
}
