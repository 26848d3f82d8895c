package org.certctl.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.enroll.ByteString;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.front.status.StatusIssuer;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.KeyMaterialException;
import org.certctl.notice.Notice;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.setup.OfflineCa;
import org.certctl.setup.UpperCa;
import org.certctl.status.ImportedCrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The CAs above those of this server, with the CRLs that were imported for them. A file is read
/// again when it has changed. Safe to use from many threads.
final class UpperCrls {

  private static final Logger log = LoggerFactory.getLogger(UpperCrls.class);

  /// What they are called among what ends.
  static final String KIND = "upper-crl";

  private record Read(FileTime changedAt, Optional<ImportedCrl> crl) {}

  private final Path dataDirectory;
  private final Map<Path, Read> known = new ConcurrentHashMap<>();

  UpperCrls(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  /// The CA with this id above one of these.
  Optional<StatusIssuer> find(LocalCas cas, String id) {
    return above(cas).filter(upper -> upper.id().equals(id)).findFirst().map(this::issuer);
  }

  private static Stream<UpperCa> above(LocalCas cas) {
    return cas.all().map(LocalCa::chain).flatMap(chain -> chain.stream().skip(1)).map(UpperCa::of);
  }

  /// The CRLs of the CAs above these, as things that end with their nextUpdate and that people look
  /// after: under the number and the digest of the CRL.
  List<WatchedCertificate> watched(LocalCas cas) {
    Map<String, WatchedCertificate> all = new LinkedHashMap<>();
    above(cas)
        .forEach(
            upper ->
                crl(upper)
                    .ifPresent(crl -> all.computeIfAbsent(upper.id(), _ -> watched(upper, crl))));
    return List.copyOf(all.values());
  }

  private static WatchedCertificate watched(UpperCa upper, ImportedCrl crl) {
    return new WatchedCertificate(
        List.of(new Notice.Use(KIND, upper.id())),
        Names.text(upper.certificate().getSubject()),
        crl.number().toString(16),
        Sha256.over(crl.octets().octets()),
        crl.nextUpdate(),
        Optional.empty());
  }

  private StatusIssuer issuer(UpperCa upper) {
    try {
      return StatusIssuer.elsewhere(
          IssuedCertificate.ofDer(upper.certificate().getEncoded()), crl(upper));
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  private Optional<ImportedCrl> crl(UpperCa upper) {
    Path file = upper.crlFile(dataDirectory);
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      FileTime changedAt = Files.getLastModifiedTime(file);
      Read read = known.get(file);
      if (read == null || !read.changedAt().equals(changedAt)) {
        // Remembered before it is read: what cannot be read is said once.
        known.put(file, new Read(changedAt, Optional.empty()));
        read = new Read(changedAt, read(upper));
        known.put(file, read);
      }
      return read.crl();
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("file", file.toString())
          .addKeyValue("reason", String.valueOf(e.getMessage()))
          .log("the CRL of a CA above cannot be read");
      return Optional.empty();
    }
  }

  private Optional<ImportedCrl> read(UpperCa upper) throws IOException {
    try {
      X509CRLHolder crl = upper.crl(dataDirectory);
      return Optional.of(
          new ImportedCrl(
              ByteString.of(crl.getEncoded()),
              OfflineCa.number(crl).orElseThrow(),
              crl.getThisUpdate().toInstant(),
              crl.getNextUpdate().toInstant()));
    } catch (KeyMaterialException | RuntimeException e) {
      throw new IOException(e);
    }
  }
}
