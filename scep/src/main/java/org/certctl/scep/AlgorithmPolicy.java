package org.certctl.scep;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Which algorithms a CA accepts from requesters; what is not in it is refused.
///
/// @param digests digests of the message signature
/// @param ciphers content encryption algorithms
/// @param keyTransports families of key transport
/// @param csrDigests digests of the PKCS#10 request's own signature
/// @param minRsaBits the least modulus of a requester's RSA key that replies are encrypted to
/// @param maxRsaBits the largest such modulus
public record AlgorithmPolicy(
    Set<DigestAlgorithm> digests,
    Set<ContentCipher> ciphers,
    Set<KeyTransport.Kind> keyTransports,
    Set<DigestAlgorithm> csrDigests,
    int minRsaBits,
    int maxRsaBits) {
  /// The largest modulus any policy may allow.
  public static final int MAX_RSA_BITS = 16384;

  /// Refuses bounds that make no sense, and copies the sets.
  public AlgorithmPolicy {
    digests = copy(digests, DigestAlgorithm.class);
    ciphers = copy(ciphers, ContentCipher.class);
    keyTransports = copy(keyTransports, KeyTransport.Kind.class);
    csrDigests = copy(csrDigests, DigestAlgorithm.class);
    if (minRsaBits < 512 || maxRsaBits > MAX_RSA_BITS || minRsaBits > maxRsaBits) {
      throw new IllegalArgumentException("RSA bounds must lie within 512 and " + MAX_RSA_BITS);
    }
  }

  /// What RFC 8894 recommends and nothing older: AES, SHA-2, RSA of 2048 bits and more.
  public static AlgorithmPolicy strict() {
    var sha2 = EnumSet.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512);
    return new AlgorithmPolicy(
        sha2,
        EnumSet.of(ContentCipher.AES_128, ContentCipher.AES_192, ContentCipher.AES_256),
        EnumSet.allOf(KeyTransport.Kind.class),
        sha2,
        2048,
        MAX_RSA_BITS);
  }

  /// The strict policy and what old devices need: triple DES, SHA-1 and SHA-224. Never DES, RC2,
  /// MD5.
  public static AlgorithmPolicy legacy() {
    var digests = EnumSet.complementOf(EnumSet.of(DigestAlgorithm.MD5));
    return new AlgorithmPolicy(
        digests,
        EnumSet.complementOf(EnumSet.of(ContentCipher.DES, ContentCipher.RC2)),
        EnumSet.allOf(KeyTransport.Kind.class),
        digests,
        2048,
        MAX_RSA_BITS);
  }

  /// Whether a message of this type may be signed over this digest.
  ///
  /// In a RenewalReq the signature is the only proof of who asks, so that SHA-1 and MD5 are never
  /// enough there (RFC 8894, section 7.9).
  public boolean allows(DigestAlgorithm digest, MessageType type) {
    if (type == MessageType.RENEWAL_REQ
        && (digest == DigestAlgorithm.SHA1 || digest == DigestAlgorithm.MD5)) {
      return false;
    }
    return digests.contains(digest);
  }

  /// The capabilities that follow from this policy (RFC 8894, section 3.5.2).
  ///
  /// @param renewal whether RenewalReq is served
  /// @param nextCaCert whether GetNextCACert can answer
  public Set<CaCapability> capabilities(boolean renewal, boolean nextCaCert) {
    var capabilities = EnumSet.of(CaCapability.POST_PKI_OPERATION);
    addIf(capabilities, CaCapability.RENEWAL, renewal);
    addIf(capabilities, CaCapability.GET_NEXT_CA_CERT, nextCaCert);
    addIf(capabilities, CaCapability.SHA_512, digests.contains(DigestAlgorithm.SHA512));
    addIf(capabilities, CaCapability.SHA_384, digests.contains(DigestAlgorithm.SHA384));
    addIf(capabilities, CaCapability.SHA_256, digests.contains(DigestAlgorithm.SHA256));
    addIf(capabilities, CaCapability.SHA_1, digests.contains(DigestAlgorithm.SHA1));
    addIf(capabilities, CaCapability.DES3, ciphers.contains(ContentCipher.DES_EDE3));
    addIf(capabilities, CaCapability.AES, ciphers.contains(ContentCipher.AES_128));
    addIf(capabilities, CaCapability.SCEP_STANDARD, isScepStandard());
    return Collections.unmodifiableSet(capabilities);
  }

  private boolean isScepStandard() {
    return ciphers.contains(ContentCipher.AES_128)
        && digests.contains(DigestAlgorithm.SHA256)
        && !ciphers.contains(ContentCipher.DES)
        && !digests.contains(DigestAlgorithm.MD5);
  }

  private static void addIf(Set<CaCapability> set, CaCapability capability, boolean condition) {
    if (condition) {
      set.add(capability);
    }
  }

  private static <E extends Enum<E>> Set<E> copy(Set<E> set, Class<E> type) {
    var copy = EnumSet.noneOf(type);
    copy.addAll(set);
    return Collections.unmodifiableSet(copy);
  }
}
