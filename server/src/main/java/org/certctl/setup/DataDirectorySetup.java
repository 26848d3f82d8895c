package org.certctl.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
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

/// Makes a data directory that is ready to serve.
///
/// A directory that does not exist yet is built beside its place and appears there complete, by one
/// rename. One that exists and is empty, for example a mounted volume, is filled in place, the
/// settings last, so that after a crash it is not mistaken for a complete one.
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
    if (!isFree(directory)) {
      return new SetupResult.InUse(directory);
    }
    return Files.exists(directory) ? fill(directory, request) : createBeside(directory, request);
  }

  private static boolean isFree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return !Files.isSymbolicLink(directory);
    }
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.allMatch(entry -> entry.endsWith("lost+found"));
    }
  }

  private SetupResult createBeside(Path directory, SetupRequest request) throws IOException {
    Path parent = directory.getParent();
    Path name = directory.getFileName();
    if (parent == null || name == null) {
      throw new IOException(directory + " cannot be made");
    }
    Files.createDirectories(parent);
    Path draft = parent.resolve("." + name + ".init-" + mark());
    try {
      SetupResult.Created created = build(draft, directory, request);
      Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.syncDirectory(parent);
      return created;
    } finally {
      remove(draft);
    }
  }

  private SetupResult fill(Path directory, SetupRequest request) throws IOException {
    Path draft = directory.resolve(".init-" + mark());
    try {
      SetupResult.Created created = build(draft, directory, request);
      for (MadeFile file : FILES.reversed()) {
        Files.move(
            draft.resolve(file.name()),
            directory.resolve(file.name()),
            StandardCopyOption.ATOMIC_MOVE);
      }
      DurableFile.closeDirectory(directory);
      DurableFile.syncDirectory(directory);
      return created;
    } finally {
      remove(draft);
    }
  }

  private String mark() {
    return String.format(Locale.ROOT, "%08x", random.nextInt());
  }

  private SetupResult.Created build(Path draft, Path directory, SetupRequest request)
      throws IOException {
    DurableFile.createPrivateDirectory(draft);
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

  private static void remove(Path draft) throws IOException {
    try (Stream<Path> entries = Files.walk(draft)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (NoSuchFileException e) {
      // It has taken its place.
      return;
    } catch (UncheckedIOException e) {
      throw new IOException("the unfinished " + draft + " could not be removed", e);
    }
  }
}
