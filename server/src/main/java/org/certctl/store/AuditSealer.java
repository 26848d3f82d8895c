package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditBlock;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditLeaf;
import org.certctl.audit.AuditStore.BlockMaker;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.Sha256;
import org.certctl.pki.SigningUnavailableException;
import org.jooq.SQLDialect;

/// Appends blocks to the audit trail.
///
/// With one writer, events have their places and only the block is written, so that the writer does
/// not wait for the signature. With many, events are given their places from the inbox, read, and
/// sealed in one transaction, by whoever has the turn. In both, the block's number and the hash of
/// the one before are unique, so that the chain cannot fork.
final class AuditSealer {

  private final Transactions transactions;
  private final SealingSql sql;
  private final Optional<AuditInbox> inbox;

  private AuditSealer(Transactions transactions, SealingSql sql, Optional<AuditInbox> inbox) {
    this.transactions = transactions;
    this.sql = sql;
    this.inbox = inbox;
  }

  static AuditSealer of(Transactions transactions, SQLDialect dialect) {
    return new AuditSealer(
        transactions,
        SealingSql.of(dialect),
        Sql.hasManyWriters(dialect) ? Optional.of(new AuditInbox(dialect)) : Optional.empty());
  }

  /// Where the sealed part ends.
  AuditHead head() throws StoreUnavailableException {
    return transactions.read(this::head);
  }

  private AuditHead head(Statements statements) throws SQLException {
    try (ResultSet row = statements.prepared(sql.head()).executeQuery()) {
      if (!row.next()) {
        return AuditHead.NONE;
      }
      return new AuditHead(
          row.getLong(1),
          row.getLong(2) + row.getLong(3) / Sha256.LENGTH_BYTES - 1,
          SqlAuditStore.digest(row.getBytes(4)));
    }
  }

  /// Seals, as {@link org.certctl.audit.AuditStore#seal} says.
  int seal(int limit, BlockMaker maker)
      throws StoreUnavailableException, SigningUnavailableException {
    return inbox.isPresent()
        ? sealInbox(inbox.get(), limit, maker)
        : sealAfterReading(limit, maker);
  }

  private int sealAfterReading(int limit, BlockMaker maker)
      throws StoreUnavailableException, SigningUnavailableException {
    Unsealed unsealed = transactions.read(statements -> unsealed(statements, limit));
    if (unsealed.leaves().isEmpty()) {
      return 0;
    }
    AuditBlock block = maker.make(unsealed.head(), unsealed.leaves());
    byte[] leaves = joined(block.leaves());
    return transactions.write(statements -> append(statements, block, leaves));
  }

  private int sealInbox(AuditInbox inbox, int limit, BlockMaker maker)
      throws StoreUnavailableException, SigningUnavailableException {
    try {
      return transactions.write(
          statements -> {
            if (inbox.isEmpty(statements) || !AuditInbox.takeTurn(statements)) {
              return 0;
            }
            inbox.place(statements, head(statements).lastSequence() + 1, limit);
            Unsealed unsealed = unsealed(statements, limit);
            if (unsealed.leaves().isEmpty()) {
              return 0; // Whoever had the turn before took them all.
            }
            AuditBlock block = made(maker, unsealed);
            return append(statements, block, joined(block.leaves()));
          });
    } catch (NotSigned e) {
      throw e.reason();
    }
  }

  private static AuditBlock made(BlockMaker maker, Unsealed unsealed) {
    try {
      return maker.make(unsealed.head(), unsealed.leaves());
    } catch (SigningUnavailableException e) {
      throw new NotSigned(e);
    }
  }

  private record Unsealed(AuditHead head, List<AuditLeaf> leaves) {}

  private Unsealed unsealed(Statements statements, int limit) throws SQLException {
    AuditHead head = head(statements);
    PreparedStatement select = statements.prepared(sql.leaves());
    select.setLong(1, head.lastSequence() + 1);
    select.setInt(2, limit);
    List<AuditLeaf> leaves = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        leaves.add(AuditLeaf.of(row.getLong(1), row.getBytes(2)));
      }
    }
    return new Unsealed(head, leaves);
  }

  private int append(Statements statements, AuditBlock block, byte[] leaves) throws SQLException {
    if (!head(statements).isFollowedBy(block)) {
      throw new IllegalStateException(block + " does not follow the newest block");
    }
    PreparedStatement insert = statements.prepared(sql.insertBlock());
    insert.setLong(1, block.number());
    insert.setLong(2, block.firstSequence());
    insert.setBytes(3, leaves);
    insert.setBytes(4, block.previous().octets());
    insert.setLong(5, block.sealedAt().toEpochMilli());
    insert.setBytes(6, block.keyDigest().octets());
    insert.setBytes(7, block.hash().octets());
    insert.setBytes(8, block.signature());
    insert.executeUpdate();
    return block.leaves().size();
  }

  private static byte[] joined(List<Sha256> leaves) {
    byte[] octets = new byte[leaves.size() * Sha256.LENGTH_BYTES];
    for (int i = 0; i < leaves.size(); i++) {
      System.arraycopy(
          leaves.get(i).octets(), 0, octets, i * Sha256.LENGTH_BYTES, Sha256.LENGTH_BYTES);
    }
    return octets;
  }

  /// Undoes a transaction whose block could not be signed.
  private static final class NotSigned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SigningUnavailableException reason;

    NotSigned(SigningUnavailableException reason) {
      super("not signed", reason, false, false);
      this.reason = reason;
    }

    SigningUnavailableException reason() {
      return reason;
    }
  }
}
