package org.certctl.scep.cms;

/// Bounds on what a message may hold, checked before anything costly happens.
///
/// @param maxMessageBytes the largest message
/// @param maxDepth the deepest nesting of ASN.1 elements in one layer
/// @param maxElements the most ASN.1 elements in one layer
/// @param maxCertificates the most certificates beside a signature
/// @param maxAttributes the most signed attributes, and the most attributes of a PKCS#10 request
/// @param maxRecipients the most recipients of an envelope
public record Limits(
    int maxMessageBytes,
    int maxDepth,
    int maxElements,
    int maxCertificates,
    int maxAttributes,
    int maxRecipients) {

  /// Refuses bounds that are not positive.
  public Limits {
    if (Math.min(Math.min(maxMessageBytes, maxDepth), maxElements) < 1
        || Math.min(Math.min(maxCertificates, maxAttributes), maxRecipients) < 1) {
      throw new IllegalArgumentException("limits are positive");
    }
  }

  /// 256 KiB, 32 levels, 20,000 elements, 16 certificates, 32 attributes, 64 recipients.
  public static Limits defaults() {
    return new Limits(256 * 1024, 32, 20_000, 16, 32, 64);
  }
}
