package org.certctl.setup;

import java.nio.file.Path;
import java.util.List;
import org.certctl.pki.IssuedCertificate;

/// What came of making a data directory.
public sealed interface SetupResult {

  /// It is there, complete and on disk.
  ///
  /// @param directory the directory
  /// @param files what was made, in words worth showing
  /// @param issuingCa the certificate of the issuing CA
  /// @param root the certificate of the root CA
  /// @param scepUrl the URL that devices are given
  record Created(
      Path directory,
      List<MadeFile> files,
      IssuedCertificate issuingCa,
      IssuedCertificate root,
      String scepUrl)
      implements SetupResult {

    /// Takes a copy of the list.
    public Created {
      files = List.copyOf(files);
    }
  }

  /// It is there and on disk, without a CA: another one is to certify the request.
  ///
  /// @param directory the directory
  /// @param files what was made, in words worth showing
  /// @param request the file with the request
  record Requested(Path directory, List<MadeFile> files, Path request) implements SetupResult {

    /// Takes a copy of the list.
    public Requested {
      files = List.copyOf(files);
    }
  }

  /// There is something in its place already, and nothing was touched.
  ///
  /// @param directory the place
  record InUse(Path directory) implements SetupResult {}

  /// A file that was made.
  ///
  /// @param name its name in the directory
  /// @param purpose what it is
  record MadeFile(String name, String purpose) {}
}
