package org.certctl.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.Configuration;
import org.certctl.config.LocalCaSettings;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;

/// The first CA in the files, or on the token, that the configuration names, and each later one in
/// a folder of the data directory.
///
/// @param dataDirectory the data directory
/// @param first the first CA
/// @param providers use the keys
/// @param encryption opens those that certctl encrypted itself
public record CasInFiles(
    Path dataDirectory,
    LocalCaSettings.InFiles first,
    CryptoProviders providers,
    KeyEncryption encryption)
    implements CaPlace {

  /// Those of a configuration.
  public static CasInFiles of(
      Configuration configuration, LocalCaSettings.InFiles first, CryptoProviders providers) {
    return new CasInFiles(
        configuration.dataDirectory(), first, providers, configuration.encryption());
  }

  @Override
  public CertificateChain chain(int number) throws KeyMaterialException {
    return number == CaGeneration.FIRST
        ? CertificateChain.read(first.certPath(), first.key())
        : CertificateChain.read(files(number).certificates());
  }

  @Override
  public KeyPairFiles read(int number) throws KeyMaterialException {
    return number == CaGeneration.FIRST
        ? KeyPairFiles.read(first.certPath(), first.key(), providers)
        : files(number).read(providers, encryption);
  }

  @Override
  public Sha256 fingerprint(int number) throws KeyMaterialException {
    try {
      return Sha256.over(prepared(number).getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// The issuing certificate of a CA as it was prepared; that of the first as it is.
  ///
  /// @throws KeyMaterialException when it cannot be read
  public X509CertificateHolder prepared(int number) throws KeyMaterialException {
    return number == CaGeneration.FIRST
        ? chain(number).first()
        : files(number).preparedCertificate();
  }

  @Override
  public boolean isCertifiedElsewhere(int number) {
    return Files.exists(
        number == CaGeneration.FIRST ? dataDirectory.resolve("ca.csr") : files(number).request());
  }

  @Override
  public String nameOf(int number) {
    return number == CaGeneration.FIRST
        ? first.certPath().toString()
        : files(number).folder().toString();
  }

  private GenerationFiles files(int number) {
    return GenerationFiles.of(dataDirectory, number);
  }
}
