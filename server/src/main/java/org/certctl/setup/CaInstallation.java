package org.certctl.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.certctl.config.Configuration;
import org.certctl.config.InitialEncryption;
import org.certctl.config.LocalCaSettings;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.rollover.CaGeneration;

/// Puts the certificates that another CA has made for a request of ours in their place. They must
/// have been found sound ({@link CaChainCheck}).
///
/// What makes them count is the last step of each method; whatever was written before a crash is
/// written again by a repeat.
public final class CaInstallation {

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;

  /// Takes what making a TLS certificate needs.
  public CaInstallation(CryptoProviders providers, Clock clock, SecureRandom random) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
  }

  /// As the first CA of a data directory, with a TLS certificate if there is none.
  ///
  /// @return whether a TLS certificate was made
  /// @throws IllegalArgumentException when its name constraints leave no room for what the server
  ///   itself needs
  /// @throws KeyMaterialException when another key lies where its key belongs
  public boolean first(
      Configuration configuration,
      LocalCaSettings.InFiles ca,
      CertificateChain chain,
      SigningKey key)
      throws IOException, KeyMaterialException {
    CaRequests requests = new CaRequests(configuration);
    List<Host> hosts = requests.tlsHosts().stream().map(Host::of).toList();
    boolean makesTls = !hosts.isEmpty() && !Files.exists(configuration.tls().certPath());
    requireRoom(chain);
    if (makesTls) {
      CertificateMaker.requireAllowed(chain.certificates(), hosts);
    }
    Path keyPath = pemFile(ca);
    if (Files.exists(keyPath)
        && !SigningKey.read(ca.key(), Optional.empty(), providers).belongsTo(chain.first())) {
      throw new IllegalArgumentException(
          keyPath + " holds another key; move it away if it is of no use");
    }
    if (makesTls) {
      new DataDirectorySetup(
              providers,
              clock,
              random,
              new InitialEncryption(configuration.encryption(), Optional.empty()))
          .writeTls(
              configuration.tls().certPath(), configuration.tls().keyPath(), chain, key, hosts);
    }
    configuration.encryption().write(key, keyPath, random);
    CertificateChain.of(chain.last()).write(configuration.dataDirectory().resolve("root-ca.crt"));
    keepRequest(requests, configuration.dataDirectory().resolve("ca.csr"));
    chain.write(ca.certPath());
    requests.done();
    return makesTls;
  }

  private static Path pemFile(LocalCaSettings.InFiles ca) {
    requirePem(ca.certPath());
    Path keyPath =
        ca.key()
            .file()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the key of a request belongs in a file, and "
                            + ca.key()
                            + " is on a token"));
    requirePem(keyPath);
    return keyPath;
  }

  /// What is written is PEM, and must not take the place of a key.
  private static void requirePem(Path file) {
    if (KeyLocation.isPkcs12(file.toString())) {
      throw new IllegalArgumentException(
          file + " is named as PKCS #12, and what is installed here is PEM");
    }
  }

  /// In the place of those of a CA whose name and key stay.
  ///
  /// @param number that of the CA
  /// @return the file that they are in
  /// @throws IllegalArgumentException when that is no PEM file
  public Path renewed(
      Configuration configuration, LocalCaSettings.InFiles ca, int number, CertificateChain chain)
      throws IOException {
    Path place = ca.certPath();
    if (number == CaGeneration.FIRST) {
      requirePem(place);
      chain.write(place);
      CertificateChain.of(chain.last()).write(configuration.dataDirectory().resolve("root-ca.crt"));
    } else {
      GenerationFiles files = GenerationFiles.of(configuration.dataDirectory(), number);
      files.renew(chain);
      place = files.certificates();
    }
    new CaRequests(configuration).done();
    return place;
  }

  /// As the files of a further generation, which counts only when the store knows it; the request
  /// stays until {@link CaRequests#done}.
  ///
  /// @throws IllegalArgumentException as for {@link #first}
  public GenerationFiles generation(
      Configuration configuration, int number, CertificateChain chain, SigningKey key)
      throws IOException {
    requireRoom(chain);
    CaRequests requests = new CaRequests(configuration);
    GenerationFiles.<Optional<Path>>create(
        configuration.dataDirectory(),
        number,
        random,
        files -> {
          configuration.encryption().write(key, files.key(), random);
          CertificateChain.of(chain.last()).write(files.root());
          DurableFile.writePublic(
              files.request(),
              Files.exists(requests.request())
                  ? Files.readAllBytes(requests.request())
                  : "certified elsewhere\n".getBytes(StandardCharsets.US_ASCII));
          chain.write(files.certificates());
          return Optional.empty();
        });
    return GenerationFiles.of(configuration.dataDirectory(), number);
  }

  /// That the chain allows what the server itself needs.
  ///
  /// @throws IllegalArgumentException when its name constraints leave no room for that
  public static void requireRoom(CertificateChain chain) {
    CertificateMaker.requireAllowed(chain.certificates(), List.of());
  }

  private static void keepRequest(CaRequests requests, Path place) throws IOException {
    if (Files.exists(requests.request())) {
      DurableFile.writePublic(place, Files.readAllBytes(requests.request()));
    }
  }
}
