package org.certctl.status;

import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;

/// The CRLs that were published, for reading.
public interface PublishedCrls {

  /// The CRL with the highest number; absent before the first, and when it is no longer made.
  Optional<CrlEdition> newest(CrlKey key) throws StoreUnavailableException;

  /// A part of a CRL; joined in their order, from 0, the parts are its DER encoding. At most some
  /// hundred KiB long.
  ///
  /// Absent when the CRL is so old that its octets were dropped, which never happens to the newest.
  Optional<ByteString> part(CrlEdition edition, int part) throws StoreUnavailableException;
}
