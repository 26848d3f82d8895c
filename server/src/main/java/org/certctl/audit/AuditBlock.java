package org.certctl.audit;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.certctl.pki.Sha256;

/// A sealed run of events: their hashes, the hash of the block before, and a signature over both.
///
/// The signature is over the DER header:
///
/// ```
/// BlockHeader ::= SEQUENCE {
///   version INTEGER (1), number INTEGER, firstSequence INTEGER, lastSequence INTEGER,
///   leaves OCTET STRING (SHA-256 over the hashes of the events in order),
///   previous OCTET STRING (hash of the block before, 32 octets of zero in the first),
///   sealedAt INTEGER (milliseconds since 1970-01-01T00:00:00Z),
///   key OCTET STRING (SHA-256 of the signing key's SubjectPublicKeyInfo) }
/// ```
///
/// The block's hash is SHA-256 over an octet of one and that header.
public final class AuditBlock {

  /// Stands for the hash of the block before the first.
  public static final Sha256 NO_PREVIOUS = Sha256.ofDigest(new byte[Sha256.LENGTH_BYTES]);

  private static final int VERSION = 1;
  private static final byte[] BLOCK = {0x01};

  private final long number;
  private final long firstSequence;
  private final List<Sha256> leaves;
  private final Sha256 previous;
  private final Instant sealedAt;
  private final Sha256 keyDigest;
  private final Sha256 hash;
  private final byte[] signature;

  /// Makes a block from what was kept of it; neither hash nor signature is checked.
  ///
  /// @param leaves the hash of each event, the first being that of `firstSequence`; never empty
  /// @throws IllegalArgumentException when there are no leaves
  public AuditBlock(
      long number,
      long firstSequence,
      List<Sha256> leaves,
      Sha256 previous,
      Instant sealedAt,
      Sha256 keyDigest,
      Sha256 hash,
      byte[] signature) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("a block seals at least one event");
    }
    this.number = number;
    this.firstSequence = firstSequence;
    this.leaves = List.copyOf(leaves);
    this.previous = previous;
    this.sealedAt = sealedAt.truncatedTo(ChronoUnit.MILLIS);
    this.keyDigest = keyDigest;
    this.hash = hash;
    this.signature = signature.clone();
  }

  /// The octets to be signed for a block that says this.
  static byte[] header(
      long number,
      long firstSequence,
      List<Sha256> leaves,
      Sha256 previous,
      Instant sealedAt,
      Sha256 keyDigest) {
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(new ASN1Integer(VERSION));
    fields.add(new ASN1Integer(number));
    fields.add(new ASN1Integer(firstSequence));
    fields.add(new ASN1Integer(firstSequence + leaves.size() - 1));
    fields.add(
        new DEROctetString(
            Sha256.over(leaves.stream().map(Sha256::octets).toArray(byte[][]::new)).octets()));
    fields.add(new DEROctetString(previous.octets()));
    fields.add(new ASN1Integer(sealedAt.toEpochMilli()));
    fields.add(new DEROctetString(keyDigest.octets()));
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// The hash of a block with this header.
  static Sha256 hashOf(byte[] header) {
    return Sha256.over(BLOCK, header);
  }

  /// The octets that the signature is over, made anew from the fields.
  public byte[] header() {
    return header(number, firstSequence, leaves, previous, sealedAt, keyDigest);
  }

  /// Its place in the chain, from 1 without gaps.
  public long number() {
    return number;
  }

  /// The sequence number of its first event.
  public long firstSequence() {
    return firstSequence;
  }

  /// The sequence number of its last event.
  public long lastSequence() {
    return firstSequence + leaves.size() - 1;
  }

  /// The hash of each of its events, in order.
  public List<Sha256> leaves() {
    return leaves;
  }

  /// The hash of the block before.
  public Sha256 previous() {
    return previous;
  }

  /// When it was sealed, whole milliseconds.
  public Instant sealedAt() {
    return sealedAt;
  }

  /// SHA-256 of the SubjectPublicKeyInfo of the key that signed it.
  public Sha256 keyDigest() {
    return keyDigest;
  }

  /// The hash as it was kept; {@link AuditVerifier} says whether it is right.
  public Sha256 hash() {
    return hash;
  }

  /// The signature over the header: ECDSA with SHA-256, DER (RFC 3279, section 2.2.3).
  public byte[] signature() {
    return signature.clone();
  }

  @Override
  public String toString() {
    return "block " + number + " of events " + firstSequence + " to " + lastSequence();
  }
}
