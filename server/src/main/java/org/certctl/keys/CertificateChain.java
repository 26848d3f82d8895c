package org.certctl.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;

/// Certificates as they stand in a file: first the one the file is about, then those that lead from
/// it towards a root. Proves nothing about them: that they follow from each other is checked
/// elsewhere.
///
/// @param certificates at least one
public record CertificateChain(List<X509CertificateHolder> certificates) {

  /// @throws IllegalArgumentException when the list is empty
  public CertificateChain {
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("a chain holds at least one certificate");
    }
    certificates = List.copyOf(certificates);
  }

  /// These certificates, in this order.
  public static CertificateChain of(X509CertificateHolder... certificates) {
    return new CertificateChain(List.of(certificates));
  }

  /// Reads all certificates of a PEM file.
  ///
  /// @throws KeyMaterialException when the file is missing, unreadable or holds no certificate
  public static CertificateChain read(Path file) throws KeyMaterialException {
    return new CertificateChain(PemFile.certificates(file));
  }

  /// Reads all certificates of a PEM file, or those of a PKCS #12 file that the key is in too.
  ///
  /// @throws KeyMaterialException when the file is missing, unreadable or holds no certificate
  public static CertificateChain read(Path file, KeyLocation key) throws KeyMaterialException {
    if (!KeyLocation.isPkcs12(file.toString())) {
      return read(file);
    }
    if (key instanceof KeyLocation.InFile both && both.path().equals(file)) {
      return new CertificateChain(Pkcs12File.read(both).certificates());
    }
    throw new KeyMaterialException(
        KeyMaterialException.Fault.UNSUPPORTED,
        file + " is a PKCS #12 file, and the key is not taken from it",
        "name the same file for the key, or write the certificates as PEM: openssl pkcs12 -in "
            + file
            + " -nokeys -out NEW.pem");
  }

  /// The first certificate: the one the file is about.
  public X509CertificateHolder first() {
    return certificates.getFirst();
  }

  /// The last certificate: the root, in a chain that is complete.
  public X509CertificateHolder last() {
    return certificates.getLast();
  }

  /// The certificates as PEM, in their order.
  public String pem() {
    StringBuilder text = new StringBuilder();
    for (X509CertificateHolder certificate : certificates) {
      try {
        text.append(PemFile.text("CERTIFICATE", certificate.getEncoded()));
      } catch (IOException e) {
        throw new IllegalStateException("a parsed certificate could not be encoded", e);
      }
    }
    return text.toString();
  }

  /// Writes the certificates as PEM, readable by all. When this returns, they are on disk.
  public void write(Path file) throws IOException {
    DurableFile.writePublic(file, pem().getBytes(StandardCharsets.US_ASCII));
  }
}
