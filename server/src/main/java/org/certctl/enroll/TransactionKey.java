package org.certctl.enroll;

import java.util.Arrays;
import java.util.HexFormat;
import org.certctl.pki.Sha256;

/// What makes two messages the same request: endpoint, transactionID octets and the PKCS#10.
///
/// A transactionID alone is no key: clients choose it, and some use one for all they ever do (RFC
/// 8894, section 3.2.1.1).
public final class TransactionKey {

  private final String endpoint;
  private final byte[] transactionId;
  private final Sha256 requestDigest;

  /// Makes a key; the octets are copied.
  public TransactionKey(String endpoint, byte[] transactionId, Sha256 requestDigest) {
    this.endpoint = endpoint;
    this.transactionId = transactionId.clone();
    this.requestDigest = requestDigest;
  }

  /// The endpoint's name.
  public String endpoint() {
    return endpoint;
  }

  /// The octets of the transactionID, compared byte for byte.
  public byte[] transactionId() {
    return transactionId.clone();
  }

  /// SHA-256 of the PKCS#10.
  public Sha256 requestDigest() {
    return requestDigest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransactionKey that
        && endpoint.equals(that.endpoint)
        && Arrays.equals(transactionId, that.transactionId)
        && requestDigest.equals(that.requestDigest);
  }

  @Override
  public int hashCode() {
    return requestDigest.hashCode();
  }

  @Override
  public String toString() {
    return endpoint + "/" + HexFormat.of().formatHex(transactionId) + "/" + requestDigest;
  }
}
