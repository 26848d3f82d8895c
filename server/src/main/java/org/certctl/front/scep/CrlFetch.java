package org.certctl.front.scep;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.scep.ScepRequest;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlKey;
import org.certctl.status.PublishedCrls;

/// Answers GetCRL (RFC 8894, sections 2.7 and 4.6): with the newest full CRL of the issuer.
///
/// Where the issuer's certificates are divided into partitions it is the CRL of all of them, which
/// answers for every certificate; a message names no partition.
///
/// A CRL is public, so anyone may ask. The serial number need not be known to us: old clients send
/// that of the RA certificate (GC-6); only the issuer's name chooses.
final class CrlFetch {

  /// A reply is made in memory; larger CRLs are to be had over HTTP.
  private static final int MAX_CRL_BYTES = 2 * 1024 * 1024;

  private final PublishedCrls crls;

  CrlFetch(PublishedCrls crls) {
    this.crls = crls;
  }

  Fetched fetch(ScepEndpoint endpoint, ScepRequest.GetCrl wanted) throws StoreUnavailableException {
    Optional<String> issuerId = endpoint.issuerNamed(wanted.issuer());
    if (issuerId.isEmpty()) {
      return new Fetched.Refused(FailureAnswers.NO_SUCH_CERTIFICATE);
    }
    Optional<CrlEdition> newest = crls.newest(CrlKey.complete(issuerId.get()));
    if (newest.isEmpty()) {
      return new Fetched.Refused(FailureAnswers.NO_CRL);
    }
    return newest.get().sizeBytes() > MAX_CRL_BYTES
        ? new Fetched.Refused(FailureAnswers.CRL_TOO_LARGE)
        : new Fetched.Crl(read(newest.get()));
  }

  private X509CRLHolder read(CrlEdition edition) throws StoreUnavailableException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream((int) edition.sizeBytes());
    for (int part = 0; part < edition.parts(); part++) {
      ByteString octets =
          crls.part(edition, part)
              .orElseThrow(
                  () ->
                      new StoreUnavailableException(
                          "CRL " + edition.number() + " was dropped while it was read"));
      encoded.writeBytes(octets.octets());
    }
    try {
      return new X509CRLHolder(encoded.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("a published CRL cannot be read", e);
    }
  }
}
