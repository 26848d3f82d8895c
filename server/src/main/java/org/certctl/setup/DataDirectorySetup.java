package org.certctl.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Configuration;
import org.certctl.config.LocalCaSettings;
import org.certctl.config.ServerSettings;
import org.certctl.config.SettingsTemplate;
import org.certctl.issuer.local.Authority;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.IssuedCertificate;
import org.certctl.setup.SetupResult.MadeFile;

/// Makes a data directory that is ready to serve, as {@link NewDirectory} does.
public final class DataDirectorySetup {

  /// The name of the SCEP profile that the settings hold.
  public static final String PROFILE_NAME = "default";

  private static final String CHALLENGE_ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
  private static final int CHALLENGE_LENGTH = 24;

  private static final List<MadeFile> FILES =
      List.of(
          new MadeFile("certctl.env", "the settings, with the challenge of profile default"),
          new MadeFile("ca.crt", "the certificates of the issuing CA and the root"),
          new MadeFile("ca.key", "the key of the issuing CA"),
          new MadeFile("root-ca.crt", "the certificate of the root: what devices must trust"),
          new MadeFile("root-ca.key", "the key of the root: MOVE IT OFFLINE, serving needs it not"),
          new MadeFile("tls.crt", "the TLS server certificate with its chain"),
          new MadeFile("tls.key", "the TLS key"),
          new MadeFile("audit.key", "the key that seals the audit trail"),
          new MadeFile("audit.pub", "its public half: keep a copy elsewhere to verify with"));

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;

  /// Takes what making keys and certificates needs.
  public DataDirectorySetup(CryptoProviders providers, Clock clock, SecureRandom random) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
  }

  /// Makes the directory. When this returns `Created`, all of it is on disk; when it throws, what
  /// it had begun is removed.
  ///
  /// @throws IOException when the file system refuses
  public SetupResult create(SetupRequest request) throws IOException {
    Path directory = request.directory().toAbsolutePath().normalize();
    return NewDirectory.create(
            directory, random, (Path draft) -> (SetupResult) build(draft, directory, request))
        .orElseGet(() -> new SetupResult.InUse(directory));
  }

  private SetupResult.Created build(Path draft, Path directory, SetupRequest request)
      throws IOException {
    CertificateMaker maker = new CertificateMaker(request.organization(), clock.instant(), random);
    List<Host> hosts = request.hosts().stream().map(Host::of).toList();

    SigningKey rootKey = SigningKey.generate(request.caKeyType(), providers, random);
    X509CertificateHolder root = maker.root(rootKey.publicKeyInfo(), rootKey);
    rootKey.write(draft.resolve("root-ca.key"));
    CertificateChain.of(root).write(draft.resolve("root-ca.crt"));

    SigningKey caKey = SigningKey.generate(request.caKeyType(), providers, random);
    X509CertificateHolder ca = maker.issuingCa(new Authority(root, rootKey), caKey.publicKeyInfo());
    Authority issuing = new Authority(ca, caKey);
    caKey.write(draft.resolve("ca.key"));
    CertificateChain.of(ca, root).write(draft.resolve("ca.crt"));

    SigningKey tlsKey = SigningKey.generate(KeyType.RSA_2048, providers, random);
    tlsKey.write(draft.resolve("tls.key"));
    CertificateChain.of(maker.tlsServer(issuing, tlsKey.publicKeyInfo(), hosts), ca)
        .write(draft.resolve("tls.crt"));

    SigningKey auditKey = SigningKey.generate(KeyType.P_256, providers, random);
    auditKey.write(draft.resolve("audit.key"));
    auditKey.verificationKey(providers).write(draft.resolve("audit.pub"));

    DurableFile.writePrivate(
        draft.resolve(Configuration.SETTINGS_FILE_NAME),
        SettingsTemplate.render(PROFILE_NAME, settings()).getBytes(StandardCharsets.UTF_8));
    return new SetupResult.Created(
        directory,
        FILES,
        IssuedCertificate.ofDer(ca.getEncoded()),
        IssuedCertificate.ofDer(root.getEncoded()),
        "https://"
            + hosts.getFirst().inUrl()
            + ":"
            + ServerSettings.defaults().port()
            + "/scep/"
            + PROFILE_NAME);
  }

  private Map<String, String> settings() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("CERTCTL_SERVER_HOST", "0.0.0.0");
    values.put("CERTCTL_SERVER_PORT", Integer.toString(ServerSettings.defaults().port()));
    values.put("CERTCTL_SERVER_TLS_CERT_PATH", "tls.crt");
    values.put("CERTCTL_SERVER_TLS_KEY_PATH", "tls.key");
    values.put("CERTCTL_CA_CERT_PATH", "ca.crt");
    values.put("CERTCTL_CA_KEY_PATH", "ca.key");
    values.put("CERTCTL_AUDIT_KEY_PATH", "audit.key");
    values.put("CERTCTL_SCEP_ENABLED", "true");
    values.put("CERTCTL_SCEP_PROFILES", PROFILE_NAME);
    String prefix = "CERTCTL_SCEP_PROFILE_DEFAULT_";
    values.put(prefix + "ISSUER_ID", LocalCaSettings.ISSUER_ID);
    values.put(prefix + "CHALLENGE_PASSWORD", challenge());
    return values;
  }

  /// A random text of 138 bits that can be typed from paper and stands in every string type.
  private String challenge() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < CHALLENGE_LENGTH; i++) {
      text.append(CHALLENGE_ALPHABET.charAt(random.nextInt(CHALLENGE_ALPHABET.length())));
    }
    return text.toString();
  }
}
