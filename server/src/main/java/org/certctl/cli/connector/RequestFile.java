package org.certctl.cli.connector;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.certctl.cli.CommandFailedException;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.Pkcs10;
import org.jspecify.annotations.Nullable;

/// Reads a PKCS#10 from a file, PEM or DER. Its proof of possession is not looked at.
final class RequestFile {

  private static final long MAX_BYTES = 1 << 20;

  private RequestFile() {}

  static CertificateRequest read(Path file) throws IOException, CommandFailedException {
    if (Files.size(file) > MAX_BYTES) {
      throw new CommandFailedException(file + " is too large to be a request");
    }
    byte[] octets = Files.readAllBytes(file);
    try (PemReader reader =
        new PemReader(new StringReader(new String(octets, StandardCharsets.ISO_8859_1)))) {
      @Nullable PemObject pem = reader.readPemObject();
      Pkcs10 csr = Pkcs10.parse(pem == null ? octets : pem.getContent(), Limits.defaults());
      return new CertificateRequest(
          Sha256.over(csr.encoded()),
          csr.subject(),
          csr.subjectPublicKeyInfo(),
          csr.requestedExtensions(),
          csr.requestedValidity());
    } catch (ScepFormatException | IllegalArgumentException e) {
      throw new CommandFailedException(
          file
              + " is no PKCS#10 request, neither PEM nor DER\nlook at it with: openssl req -in "
              + file
              + " -noout -text",
          e);
    }
  }
}
