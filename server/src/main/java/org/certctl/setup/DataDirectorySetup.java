package org.certctl.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Configuration;
import org.certctl.config.InitialEncryption;
import org.certctl.config.LocalCaSettings;
import org.certctl.config.ServerSettings;
import org.certctl.config.SettingsTemplate;
import org.certctl.issuer.local.Authority;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.IssuedCertificate;
import org.certctl.setup.SetupResult.MadeFile;

/// Makes a data directory that is ready to serve, as {@link NewDirectory} does.
public final class DataDirectorySetup {

  /// The name of the SCEP profile that the settings hold.
  public static final String PROFILE_NAME = "default";

  private static final String CHALLENGE_ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
  private static final int CHALLENGE_LENGTH = 24;

  private static final String ROOT_KEY = "root-ca.key";

  private static final List<MadeFile> FILES =
      List.of(
          new MadeFile("certctl.env", "the settings, with the challenge of profile default"),
          new MadeFile("ca.crt", "the certificates of the issuing CA and the root"),
          new MadeFile("ca.key", "the key of the issuing CA"),
          new MadeFile("root-ca.crt", "the certificate of the root: what devices must trust"),
          new MadeFile(ROOT_KEY, "the key of the root: MOVE IT OFFLINE, serving needs it not"),
          new MadeFile("tls.crt", "the TLS server certificate with its chain"),
          new MadeFile("tls.key", "the TLS key"),
          new MadeFile("audit.key", "the key that seals the audit trail"),
          new MadeFile("audit.pub", "its public half: keep a copy elsewhere to verify with"));

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;
  private final KeyEncryption encryption;
  private final Optional<Path> encryptionKeyFile;

  /// Takes what making keys and certificates needs; the keys will not be encrypted.
  public DataDirectorySetup(CryptoProviders providers, Clock clock, SecureRandom random) {
    this(providers, clock, random, InitialEncryption.none());
  }

  /// Takes what making keys and certificates needs, and how the keys are kept. That of a root that
  /// is written elsewhere is never encrypted: it must be of use without this installation.
  public DataDirectorySetup(
      CryptoProviders providers, Clock clock, SecureRandom random, InitialEncryption encryption) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
    this.encryption = encryption.encryption();
    this.encryptionKeyFile = encryption.file();
  }

  /// Makes the directory. When this returns `Created`, all of it is on disk; when it throws, what
  /// it had begun is removed.
  ///
  /// @throws IOException when the file system refuses
  public SetupResult create(SetupRequest request) throws IOException {
    Path directory = request.directory().toAbsolutePath().normalize();
    return NewDirectory.create(
            directory,
            random,
            (Path draft) ->
                request.ca().isSubordinate()
                    ? request(draft, directory, request)
                    : build(draft, directory, request))
        .orElseGet(() -> new SetupResult.InUse(directory));
  }

  private SetupResult.Created build(Path draft, Path directory, SetupRequest request)
      throws IOException {
    CertificateMaker maker = new CertificateMaker(request.organization(), clock.instant(), random);
    List<Host> hosts = request.hosts().stream().map(Host::of).toList();

    SigningKey rootKey = SigningKey.generate(request.caKeyType(), providers, random);
    X509CertificateHolder root =
        maker.root(rootKey.publicKeyInfo(), rootKey, request.ca().rootLimits());
    SigningKey caKey = SigningKey.generate(request.caKeyType(), providers, random);
    X509CertificateHolder ca =
        maker.issuingCa(
            new Authority(root, rootKey),
            caKey.publicKeyInfo(),
            new CaLimits(OptionalInt.of(0), request.ca().names()),
            request.ca().publicUrl().map(url -> UpperCa.locations(url, root)));
    CertificateMaker.requireAllowed(List.of(ca, root), hosts);
    CertificateMaker.requireAllowed(List.of(ca, root), List.of());
    CertificateChain.of(root).write(draft.resolve("root-ca.crt"));
    encryption.write(caKey, draft.resolve("ca.key"), random);
    CertificateChain.of(ca, root).write(draft.resolve("ca.crt"));
    writeTls(
        draft.resolve("tls.crt"),
        draft.resolve("tls.key"),
        CertificateChain.of(ca, root),
        caKey,
        hosts);
    writeAuditKey(draft);
    writeSettings(draft, request);
    Optional<Path> elsewhere = request.ca().rootKeyFile();
    writeRootKey(rootKey, elsewhere, draft);
    return new SetupResult.Created(
        directory,
        FILES.stream()
            .filter(file -> elsewhere.isEmpty() || !file.name().equals(ROOT_KEY))
            .toList(),
        IssuedCertificate.ofDer(ca.getEncoded()),
        IssuedCertificate.ofDer(root.getEncoded()),
        "https://"
            + hosts.getFirst().inUrl()
            + ":"
            + ServerSettings.defaults().port()
            + "/scep/"
            + PROFILE_NAME);
  }

  /// The key of the root last, so that what fails before leaves none behind.
  private void writeRootKey(SigningKey key, Optional<Path> elsewhere, Path draft)
      throws IOException {
    if (elsewhere.isEmpty()) {
      encryption.write(key, draft.resolve(ROOT_KEY), random);
      return;
    }
    if (Files.exists(elsewhere.get())) {
      throw new FileAlreadyExistsException(elsewhere.get() + " exists");
    }
    key.write(elsewhere.get());
  }

  /// A directory whose issuing CA another CA is to certify.
  private SetupResult request(Path draft, Path directory, SetupRequest request) throws IOException {
    CertificateMaker maker = new CertificateMaker(request.organization(), clock.instant(), random);
    SigningKey caKey = SigningKey.generate(request.caKeyType(), providers, random);
    var _ =
        new CaRequests(draft, encryption)
            .make(
                caKey,
                maker.issuingName(),
                new CaLimits(OptionalInt.of(0), request.ca().names()),
                request.hosts(),
                random);
    writeAuditKey(draft);
    writeSettings(draft, request);
    return new SetupResult.Requested(
        directory,
        List.of(
            new MadeFile("certctl.env", "the settings, with the challenge of profile default"),
            new MadeFile("ca-request/ca.csr", "the request: have the upper CA certify it"),
            new MadeFile("ca-request/ca.key", "the key of the issuing CA"),
            new MadeFile("audit.key", "the key that seals the audit trail"),
            new MadeFile("audit.pub", "its public half: keep a copy elsewhere to verify with")),
        new CaRequests(directory, encryption).request());
  }

  /// Makes the TLS certificate of a server; its file has the chain without the root.
  void writeTls(Path certificate, Path key, CertificateChain ca, SigningKey caKey, List<Host> hosts)
      throws IOException {
    CertificateMaker maker = new CertificateMaker("", clock.instant(), random);
    SigningKey tlsKey = SigningKey.generate(KeyType.RSA_2048, providers, random);
    encryption.write(tlsKey, key, random);
    List<X509CertificateHolder> chain = new ArrayList<>();
    chain.add(maker.tlsServer(new Authority(ca.first(), caKey), tlsKey.publicKeyInfo(), hosts));
    int uppers = ca.certificates().size();
    chain.addAll(ca.certificates().subList(0, Math.max(1, uppers - 1)));
    new CertificateChain(chain).write(certificate);
  }

  private void writeAuditKey(Path draft) throws IOException {
    SigningKey auditKey = SigningKey.generate(KeyType.P_256, providers, random);
    encryption.write(auditKey, draft.resolve("audit.key"), random);
    auditKey.verificationKey(providers).write(draft.resolve("audit.pub"));
  }

  private void writeSettings(Path draft, SetupRequest request) throws IOException {
    Map<String, String> values = settings();
    request.ca().publicUrl().ifPresent(url -> values.put("CERTCTL_PUBLIC_URL", url));
    encryptionKeyFile.ifPresent(
        file -> values.put(KeyEncryption.OPTION + "_FILE", file.toString()));
    DurableFile.writePrivate(
        draft.resolve(Configuration.SETTINGS_FILE_NAME),
        SettingsTemplate.render(PROFILE_NAME, values).getBytes(StandardCharsets.UTF_8));
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
