package org.certctl.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.certctl.pki.Sha256;
import org.jspecify.annotations.Nullable;

/// SHA-256 over rows in their order, made from the values: the same on every engine that holds the
/// same rows.
///
/// Each value is an octet for its kind, then: nothing for null; eight octets of a number; the count
/// of octets, in eight, and the octets of a text in UTF-8 or of a value of octets.
public final class RowDigest {

  private static final byte NULL = 0;
  private static final byte NUMBER = 1;
  private static final byte TEXT = 2;
  private static final byte OCTETS = 3;
  private static final int HEAD_BYTES = 1 + Long.BYTES;

  private final MessageDigest digest;
  private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
  private long count;

  /// Begins with the names of the columns.
  public RowDigest(List<String> columns) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    columns.forEach(this::add);
  }

  /// Takes the next row.
  public void add(List<@Nullable Object> row) {
    row.forEach(this::add);
    count++;
  }

  private void add(@Nullable Object value) {
    switch (value) {
      case null -> digest.update(NULL);
      case Long number -> head(NUMBER, number);
      case String text -> octets(TEXT, text.getBytes(StandardCharsets.UTF_8));
      case byte[] octets -> octets(OCTETS, octets);
      default -> throw new IllegalArgumentException("no value for a store: " + value.getClass());
    }
  }

  private void octets(byte kind, byte[] octets) {
    head(kind, octets.length);
    digest.update(octets);
  }

  private void head(byte kind, long number) {
    digest.update(head.clear().put(kind).putLong(number).flip());
  }

  /// How many rows it has taken.
  public long count() {
    return count;
  }

  /// The digest of all it has taken; ends this object's life.
  public Sha256 finish() {
    return Sha256.ofDigest(digest.digest());
  }
}
