package org.certctl.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.StatusLocations;
import org.certctl.keys.CaFiles;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.Sha256;

/// A CA above one of this server, whose key is not here: how it is named in URLs, and the CRL of it
/// that is served.
///
/// @param id its id, as in `/.well-known/pki/crl/{id}`; the same wherever its certificate is known,
///   so that it can stand in certificates that are signed on another machine
/// @param certificate its certificate
public record UpperCa(String id, X509CertificateHolder certificate) {

  private static final String FOLDER = "crls";
  private static final int ID_DIGITS = 16;

  /// The CA of a certificate.
  public static UpperCa of(X509CertificateHolder certificate) {
    try {
      String digest = Sha256.over(certificate.getSubjectPublicKeyInfo().getEncoded("DER")).hex();
      return new UpperCa("ca-" + digest.substring(0, ID_DIGITS), certificate);
    } catch (IOException e) {
      throw new IllegalStateException("a parsed key can be encoded", e);
    }
  }

  /// Where CRL and certificate of a CA above are found.
  ///
  /// @param publicUrl the URL that the server is known by
  public static StatusLocations locations(String publicUrl, X509CertificateHolder upper) {
    return StatusLocations.below(publicUrl, of(upper).id(), false);
  }

  /// The file of its CRL in a data directory, DER; there is none before one was imported.
  public Path crlFile(Path dataDirectory) {
    return dataDirectory.resolve(FOLDER).resolve(id + ".crl");
  }

  /// Keeps a CRL that was checked. When this returns, it is on disk.
  public void keepCrl(Path dataDirectory, X509CRLHolder crl) throws IOException {
    Path file = crlFile(dataDirectory);
    Path folder = dataDirectory.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      DurableFile.createPrivateDirectory(folder);
      DurableFile.syncDirectory(dataDirectory);
    }
    DurableFile.writePublic(file, crl.getEncoded());
  }

  /// Whether a CRL of it is kept.
  public boolean hasCrl(Path dataDirectory) {
    return Files.isRegularFile(crlFile(dataDirectory));
  }

  /// The CRL that is kept.
  ///
  /// @throws KeyMaterialException when there is none, or it cannot be read
  public X509CRLHolder crl(Path dataDirectory) throws KeyMaterialException {
    return CaFiles.crl(crlFile(dataDirectory));
  }
}
