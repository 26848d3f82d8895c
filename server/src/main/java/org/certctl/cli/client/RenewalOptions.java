package org.certctl.cli.client;

import java.nio.file.Path;
import java.util.Optional;
import org.certctl.cli.CommandFailedException;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.RequesterKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which certificate is to be renewed, to be mixed into commands that enroll.
final class RenewalOptions {

  @Option(
      names = "--renew",
      description =
          "Renew the certificate in --cert: it authorises the request in place of a challenge, and"
              + " lends its names where none are given.")
  private boolean renew;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "The certificate to renew, as PEM; the first in the file.")
  private @Nullable Path certificate;

  @Option(
      names = "--old-key",
      paramLabel = "FILE",
      description = {
        "The key of the certificate to renew, as PEM.",
        "Default: beside the certificate, ending in .key."
      })
  private @Nullable Path oldKey;

  @Option(
      names = "--keep-key",
      description = "Have the old key certified again, instead of a new one.")
  private boolean keepKey;

  @Option(
      names = "--by-pkcsreq",
      description =
          "Renew by PKCSReq (19), as older clients do, though the server announces Renewal (17).")
  private boolean byPkcsReq;

  /// Made by picocli.
  RenewalOptions() {}

  /// Whether this is a renewal.
  boolean given() {
    return renew;
  }

  /// Whether the new certificate is to have the old key.
  boolean keepsKey() {
    return keepKey;
  }

  /// The file of the old key.
  ///
  /// @throws CommandFailedException for wrong usage
  Path keyFile() throws CommandFailedException {
    return oldKey == null ? OutputFiles.withEnding(certificateFile(), ".key") : oldKey;
  }

  private Path certificateFile() throws CommandFailedException {
    if (certificate == null) {
      throw CommandFailedException.usage("--renew needs the certificate to renew: --cert FILE");
    }
    return certificate;
  }

  /// Reads the certificate and its key; absent when this is no renewal.
  ///
  /// @throws CommandFailedException for wrong usage, or when the two do not belong together
  Optional<Renewal> read(CryptoProviders providers)
      throws CommandFailedException, KeyMaterialException {
    if (!renew) {
      if (certificate != null || oldKey != null || keepKey || byPkcsReq) {
        throw CommandFailedException.usage(
            "--cert, --old-key, --keep-key and --by-pkcsreq are for --renew");
      }
      return Optional.empty();
    }
    var old = CertificateChain.read(certificateFile()).first();
    RequesterKey key = RequesterKey.read(keyFile(), providers);
    if (!Renewal.isKeyOf(key, old)) {
      throw new CommandFailedException(
          keyFile()
              + " is not the key of "
              + certificateFile()
              + "\nhint: name the old certificate with --cert and its key with --old-key");
    }
    return Optional.of(new Renewal(old, key, byPkcsReq));
  }
}
