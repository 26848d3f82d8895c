package org.certctl.status;

import java.io.IOException;
import java.time.Instant;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.certctl.enroll.ByteString;

/// An answer to an OCSP request.
public sealed interface OcspAnswer {

  /// What came of the request.
  OcspOutcome outcome();

  /// A signed answer about certificates.
  ///
  /// @param response the OCSPResponse, DER
  /// @param thisUpdate since when it is true, whole seconds
  /// @param nextUpdate until when it may be relied on, whole seconds
  /// @param forAnyone whether it is good for whoever asks the same: one with a nonce is not, and
  ///   one that does not know a certificate may be untrue soon
  record Signed(
      OcspOutcome outcome,
      ByteString response,
      Instant thisUpdate,
      Instant nextUpdate,
      boolean forAnyone)
      implements OcspAnswer {}

  /// The request was refused; the answer says why and is not signed (RFC 6960, section 2.3).
  ///
  /// @param status the OCSPResponseStatus (section 4.2.1)
  record Refused(OcspOutcome outcome, int status) implements OcspAnswer {

    static Refused malformed() {
      return new Refused(OcspOutcome.MALFORMED, OCSPResponseStatus.MALFORMED_REQUEST);
    }

    static Refused unauthorized() {
      return new Refused(OcspOutcome.UNAUTHORIZED, OCSPResponseStatus.UNAUTHORIZED);
    }

    /// The OCSPResponse, DER: a sequence of nothing but the status.
    public byte[] response() {
      try {
        return new DERSequence(new OCSPResponseStatus(status)).getEncoded();
      } catch (IOException e) {
        throw new IllegalStateException("encoding in memory failed", e);
      }
    }
  }

  /// It could not be answered for lack of room; a repeat helps.
  record Busy() implements OcspAnswer {

    @Override
    public OcspOutcome outcome() {
      return OcspOutcome.BUSY;
    }
  }
}
