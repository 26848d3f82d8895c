package org.certctl.setup;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.config.Configuration;
import org.certctl.keys.CaFiles;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.Names;

/// Takes CRLs of CAs above those of this server, to be served by it.
public final class CrlImport {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private CrlImport() {}

  /// Checks a CRL and keeps it in the place of the one before. When this returns, it is on disk.
  ///
  /// @param chains those of the CAs here
  /// @return whose CRL it is
  /// @throws IllegalArgumentException saying why it is not taken
  /// @throws KeyMaterialException when the one before cannot be read
  public static UpperCa take(
      Path dataDirectory, List<CertificateChain> chains, X509CRLHolder crl, Instant now)
      throws IOException, KeyMaterialException {
    UpperCa upper =
        chains.stream()
            .flatMap(chain -> chain.certificates().stream().skip(1))
            .map(UpperCa::of)
            .filter(each -> CaFiles.isSignedBy(crl, each.certificate()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no CA above ours has signed it; its issuer is \""
                            + Names.text(crl.getIssuer())
                            + "\""));
    requireFit(crl, upper, now);
    if (upper.hasCrl(dataDirectory)) {
      requireNewer(crl, upper.crl(dataDirectory));
    }
    upper.keepCrl(dataDirectory, crl);
    return upper;
  }

  /// The chains of the CAs in files, whether they count or not.
  ///
  /// @param firstChain the file with that of the first one
  /// @throws KeyMaterialException when a file cannot be read
  public static List<CertificateChain> chainsInFiles(Path dataDirectory, Path firstChain)
      throws IOException, KeyMaterialException {
    List<Path> files = new ArrayList<>(List.of(firstChain));
    Path generations = dataDirectory.resolve(Configuration.CA_FOLDER_NAME);
    if (Files.isDirectory(generations)) {
      try (Stream<Path> folders = Files.list(generations)) {
        folders
            .map(folder -> new GenerationFiles(folder).certificates())
            .filter(Files::isRegularFile)
            .forEach(files::add);
      }
    }
    List<CertificateChain> chains = new ArrayList<>();
    for (Path file : files) {
      chains.add(CertificateChain.read(file));
    }
    return chains;
  }

  private static void requireFit(X509CRLHolder crl, UpperCa upper, Instant now) {
    KeyUsage usage =
        upper.certificate().getExtensions() == null
            ? null
            : KeyUsage.fromExtensions(upper.certificate().getExtensions());
    if (usage != null && !usage.hasUsages(KeyUsage.cRLSign)) {
      throw new IllegalArgumentException("the certificate of its issuer lacks cRLSign");
    }
    if (!crl.getCriticalExtensionOIDs().isEmpty()) {
      throw new IllegalArgumentException(
          "it has critical extensions (a delta CRL, or one for a part of the certificates); take"
              + " the full CRL");
    }
    if (crl.getThisUpdate().toInstant().isAfter(now.plus(CLOCK_SKEW))) {
      throw new IllegalArgumentException(
          "it is of the future: " + crl.getThisUpdate().toInstant() + "; check the clocks");
    }
    if (crl.getNextUpdate() == null || !crl.getNextUpdate().toInstant().isAfter(now)) {
      throw new IllegalArgumentException(
          crl.getNextUpdate() == null
              ? "it does not say when the next one comes"
              : "the next one was due on " + crl.getNextUpdate().toInstant() + "; sign a new one");
    }
    if (OfflineCa.number(crl).isEmpty()) {
      throw new IllegalArgumentException("it has no number (RFC 5280, section 5.2.3)");
    }
  }

  private static void requireNewer(X509CRLHolder crl, X509CRLHolder kept) throws IOException {
    BigInteger number = OfflineCa.number(crl).orElseThrow();
    Optional<BigInteger> before = OfflineCa.number(kept);
    if (before.isPresent()
        && number.compareTo(before.get()) <= 0
        && !Arrays.equals(crl.getEncoded(), kept.getEncoded())) {
      throw new IllegalArgumentException(
          "its number " + number + " is not higher than " + before.get() + ", which is served");
    }
  }
}
