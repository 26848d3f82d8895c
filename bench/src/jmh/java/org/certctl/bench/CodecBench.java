package org.certctl.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.ReplyContext;
import org.certctl.scep.cms.ReplyOptions;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareMessageSigner;
import org.certctl.scep.cms.SoftwareRecipientKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What the codec costs: one RSA private and two public operations to decode, one of each to encode,
/// and everything around them.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup method before anything else
public class CodecBench {

  private RequestDecoder decoder;
  private CertRepEncoder encoder;
  private AlgorithmPolicy policy;
  private List<RecipientKey> recipients;
  private SoftwareMessageSigner signer;
  private Identity device;
  private byte[] message;
  private ReplyContext context;
  private Instant now;

  /// Makes keys and a message.
  @Setup
  public void prepare()
      throws GeneralSecurityException, ScepFormatException, KeyUnavailableException {
    var providers = new ArrayList<Provider>();
    providers.add(AmazonCorrettoCryptoProvider.INSTANCE);
    providers.addAll(List.of(Security.getProviders()));
    var crypto = new ScepCrypto(providers);
    var random = new SecureRandom();
    var keys = DeviceKeys.atLeast(2, providers.getFirst());
    now = Instant.now();
    var ra = SelfSigned.of(keys.next(), new X500Name("CN=ra"), now, crypto, random);
    var subject = new X500Name("CN=device,O=bench");
    device = SelfSigned.of(keys.next(), subject, now, crypto, random);
    var csr =
        new Pkcs10Builder(device.keyPair(), subject, crypto)
            .challenge("0123456789abcdefghijklmnopqrstuv")
            .dnsName("device.bench.example")
            .build();
    message =
        new PkiMessageBuilder(crypto, random)
            .signer(device)
            .recipient(ra.certificate())
            .plaintext(csr)
            .build();
    decoder = new RequestDecoder(crypto, Limits.defaults());
    encoder = new CertRepEncoder(crypto, random);
    policy = AlgorithmPolicy.strict();
    var key = ra.keyPair().getPrivate();
    recipients = List.of(new SoftwareRecipientKey(key, ra.certificate(), crypto, random));
    signer = new SoftwareMessageSigner(key, ra.certificate(), crypto);
    context = ((DecodedRequest.Opened) decode()).context();
  }

  /// Parses, verifies and opens a PKCSReq, and verifies its PKCS#10.
  @Benchmark
  public DecodedRequest decode() throws ScepFormatException, KeyUnavailableException {
    return decoder.decode(message, policy, recipients);
  }

  /// Encrypts and signs a CertRep with one certificate.
  @Benchmark
  public byte[] encodeSuccess() throws KeyUnavailableException {
    return encoder.success(
        context, signer, List.of(device.certificate()), now, ReplyOptions.defaults());
  }
}
