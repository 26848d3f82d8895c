package org.certctl.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Configuration;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;

/// Where the files of a prepared CA lie: in a folder of its own, named by its number.
///
/// @param folder the folder
public record GenerationFiles(Path folder) {

  /// Those of one generation.
  public static GenerationFiles of(Path dataDirectory, int number) {
    return new GenerationFiles(
        dataDirectory.resolve(Configuration.CA_FOLDER_NAME).resolve(Integer.toString(number)));
  }

  /// Makes the files of one generation.
  @FunctionalInterface
  public interface Work<T> {

    /// Writes them; everything is on disk when this returns.
    T write(GenerationFiles files) throws IOException;
  }

  /// Makes the folder of one generation. When this returns, it is complete and on disk; when it
  /// throws, it is not there.
  public static <T> T create(Path dataDirectory, int number, SecureRandom random, Work<T> work)
      throws IOException {
    Path place = of(dataDirectory, number).folder();
    Path all = dataDirectory.resolve(Configuration.CA_FOLDER_NAME);
    if (!Files.isDirectory(all)) {
      DurableFile.createPrivateDirectory(all);
      DurableFile.syncDirectory(dataDirectory);
    }
    Path draft = all.resolve(".prepare-" + number + "-" + Integer.toHexString(random.nextInt()));
    DurableFile.createPrivateDirectory(draft);
    boolean moved = false;
    try {
      T made = work.write(new GenerationFiles(draft));
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      moved = true;
      DurableFile.syncDirectory(all);
      return made;
    } finally {
      if (!moved) {
        new GenerationFiles(draft).remove();
      }
    }
  }

  /// PEM: the issuing certificate, then its chain up to the root.
  public Path certificates() {
    return folder.resolve(Configuration.CA_CERTIFICATES_NAME);
  }

  /// PEM: the certificates as they were when the CA was prepared, once others for its key have
  /// taken their place; there is no such file before.
  public Path prepared() {
    return folder.resolve("prepared.crt");
  }

  /// PEM: the key of the issuing certificate.
  public Path key() {
    return folder.resolve("ca.key");
  }

  /// PEM: the key of a root that was made with it.
  public Path rootKey() {
    return folder.resolve("root-ca.key");
  }

  /// PEM: the request that another CA has certified; there is none for a CA that was made here.
  public Path request() {
    return folder.resolve("ca.csr");
  }

  /// PEM: the root.
  public Path root() {
    return folder.resolve("root-ca.crt");
  }

  /// Removes all of them, and the folder.
  public void remove() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /// Puts other certificates for the same name and key in the place of those that are there. When
  /// this returns, they are on disk; what is broken off has the old ones, and can be repeated.
  void renew(CertificateChain chain) throws IOException {
    if (!Files.exists(prepared())) {
      DurableFile.writePublic(prepared(), Files.readAllBytes(certificates()));
    }
    chain.write(certificates());
    CertificateChain.of(chain.last()).write(root());
  }

  /// Reads key and chain.
  ///
  /// @throws KeyMaterialException when they cannot be used, or are of another CA than the one that
  ///   was prepared
  public KeyPairFiles read(CryptoProviders providers, KeyEncryption encryption)
      throws KeyMaterialException {
    KeyPairFiles read =
        KeyPairFiles.read(certificates(), KeyLocation.of(key(), encryption), providers);
    if (Files.exists(prepared())) {
      read.requireSameNameAndKey(prepared());
    }
    return read;
  }

  /// The issuing certificate as it was prepared.
  ///
  /// @throws KeyMaterialException when it cannot be read
  X509CertificateHolder preparedCertificate() throws KeyMaterialException {
    return CertificateChain.read(Files.exists(prepared()) ? prepared() : certificates()).first();
  }

  /// SHA-256 of the issuing certificate as it was prepared: what the store knows it by.
  ///
  /// @throws KeyMaterialException when it cannot be read
  public Sha256 fingerprint() throws KeyMaterialException {
    try {
      return Sha256.over(preparedCertificate().getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }
}
