package org.certctl.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.certctl.config.Configuration;
import org.certctl.keys.CaFiles;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;

/// The request of a CA that another CA is to certify, with its key, in a folder of the data
/// directory from `ca csr` to `ca install`.
public final class CaRequests {

  private static final String FOLDER = Configuration.CA_REQUEST_FOLDER_NAME;
  private static final String KEY = "ca.key";
  private static final String REQUEST = "ca.csr";
  private static final String HOSTS = "tls-hosts";

  private final Path dataDirectory;
  private final KeyEncryption encryption;

  /// That of a data directory, whose key is encrypted if there is an encryption key.
  public CaRequests(Path dataDirectory, KeyEncryption encryption) {
    this.dataDirectory = dataDirectory;
    this.encryption = encryption;
  }

  /// That of the data directory of a configuration.
  public CaRequests(Configuration configuration) {
    this(configuration.dataDirectory(), configuration.encryption());
  }

  private Path folder() {
    return dataDirectory.resolve(FOLDER);
  }

  /// The key (mode 0600).
  public Path key() {
    return folder().resolve(KEY);
  }

  /// The request, PEM.
  public Path request() {
    return folder().resolve(REQUEST);
  }

  private Path hosts() {
    return folder().resolve(HOSTS);
  }

  /// Whether there is one.
  public boolean isPending() {
    return Files.isDirectory(folder());
  }

  /// The key of the request.
  ///
  /// @throws KeyMaterialException when it cannot be used
  public SigningKey readKey(CryptoProviders providers) throws KeyMaterialException {
    return SigningKey.read(KeyLocation.of(key(), encryption), Optional.empty(), providers);
  }

  /// The names that a TLS certificate is to be made for, when the CA is the first one here.
  public List<String> tlsHosts() throws IOException {
    return Files.exists(hosts()) ? Files.readAllLines(hosts(), StandardCharsets.UTF_8) : List.of();
  }

  /// Makes the request, or puts it in the place of one that is there, whose key is destroyed then.
  /// When this returns, all of it is on disk. The request itself comes last: what was broken off
  /// has none, and is replaced like any other.
  ///
  /// @param tlsHosts the names of the server, when its TLS certificate is to be made later
  public PKCS10CertificationRequest make(
      SigningKey key, X500Name subject, CaLimits limits, List<String> tlsHosts, SecureRandom random)
      throws IOException {
    PKCS10CertificationRequest made = request(key, subject, limits);
    if (isPending()) {
      Files.deleteIfExists(request());
      DurableFile.syncDirectory(folder());
      write(folder(), key, made, tlsHosts, random);
      return made;
    }
    Path draft = dataDirectory.resolve("." + FOLDER + "-" + Integer.toHexString(random.nextInt()));
    DurableFile.createPrivateDirectory(draft);
    try {
      write(draft, key, made, tlsHosts, random);
      Files.move(draft, folder(), StandardCopyOption.ATOMIC_MOVE);
      DurableFile.syncDirectory(dataDirectory);
      return made;
    } finally {
      NewDirectory.remove(draft);
    }
  }

  private void write(
      Path folder,
      SigningKey key,
      PKCS10CertificationRequest made,
      List<String> tlsHosts,
      SecureRandom random)
      throws IOException {
    if (!tlsHosts.isEmpty()) {
      DurableFile.writePublic(
          folder.resolve(HOSTS), String.join("\n", tlsHosts).getBytes(StandardCharsets.UTF_8));
    }
    encryption.write(key, folder.resolve(KEY), random);
    DurableFile.writePublic(
        folder.resolve(REQUEST), CaFiles.pem(made).getBytes(StandardCharsets.US_ASCII));
  }

  private static PKCS10CertificationRequest request(
      SigningKey key, X500Name subject, CaLimits limits) throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, limits.basicConstraints());
    extensions.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
    extensions.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new BcX509ExtensionUtils().createSubjectKeyIdentifier(key.publicKeyInfo()));
    if (limits.names().isPresent()) {
      extensions.addExtension(Extension.nameConstraints, true, limits.names().get());
    }
    return CaFiles.request(subject, key, extensions.generate());
  }

  /// Removes it, as a whole: what was asked for is in its place.
  public void done() throws IOException {
    Path spent = dataDirectory.resolve("." + FOLDER + "-spent");
    NewDirectory.remove(spent);
    if (isPending()) {
      Files.move(folder(), spent, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.syncDirectory(dataDirectory);
      NewDirectory.remove(spent);
    }
  }
}
