package org.certctl.store;

import java.time.Clock;
import java.util.Optional;
import org.certctl.audit.AuditCounts;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.cluster.ClusterStore;
import org.certctl.cluster.NodeId;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.PendingDecisions;
import org.certctl.enroll.PendingStore;
import org.certctl.expiry.ExpiryStore;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.notice.NoticeOutbox;
import org.certctl.retention.RetentionStore;
import org.certctl.rollover.CaGenerations;
import org.certctl.status.CrlStore;
import org.certctl.status.RevocationStore;
import org.jooq.SQLDialect;

/// All that a server keeps, in one database of whatever engine.
///
/// What a port's method has written is on disk when the method returns. Safe to use from many
/// threads at once.
public abstract class Store implements AutoCloseable {

  private final SqlEnrollmentStore enrollments;
  private final SqlPendingStore pending;
  private final SqlAuditStore audit;
  private final SqlCertificateInventory certificates;
  private final SqlAuditCounts auditCounts;
  private final SqlRevocationStore revocations;
  private final SqlOneTimeChallengeStore oneTimeChallenges;
  private final SqlCrlStore crls;
  private final SqlCaGenerations caGenerations;
  private final SqlNoticeOutbox notices;
  private final SqlExpiryStore expiry;
  private final SqlSealedKeys sealedKeys;
  private final SqlRetentionStore retention;

  /// Keeps everything behind these transactions.
  ///
  /// @param node this process, among those that share the database
  protected Store(Transactions transactions, SQLDialect dialect, NodeId node, Clock clock) {
    this.enrollments = new SqlEnrollmentStore(transactions, dialect, node, clock);
    this.pending = new SqlPendingStore(transactions, dialect, node);
    this.audit = new SqlAuditStore(transactions, dialect);
    this.certificates = new SqlCertificateInventory(transactions);
    this.auditCounts = new SqlAuditCounts(transactions, dialect);
    this.revocations = new SqlRevocationStore(transactions, dialect);
    this.oneTimeChallenges = new SqlOneTimeChallengeStore(transactions, dialect);
    this.crls = new SqlCrlStore(transactions, dialect);
    this.caGenerations = new SqlCaGenerations(transactions, dialect);
    this.notices = new SqlNoticeOutbox(transactions, dialect);
    this.expiry = new SqlExpiryStore(transactions, dialect);
    this.sealedKeys = new SqlSealedKeys(transactions, dialect);
    this.retention = new SqlRetentionStore(transactions, dialect);
  }

  /// The enrollments.
  public final EnrollmentStore enrollments() {
    return enrollments;
  }

  /// The requests that wait for a human.
  public final PendingStore pending() {
    return pending;
  }

  /// The same for whoever decides.
  public final PendingDecisions pendingDecisions() {
    return pending;
  }

  /// Takes audit events that belong to no other unit of work.
  public final AuditLog auditLog() {
    return audit;
  }

  /// The audit trail with its blocks.
  public final AuditStore auditStore() {
    return audit;
  }

  /// Counts audit entries.
  public final AuditCounts auditCounts() {
    return auditCounts;
  }

  /// Finds audit entries.
  public final AuditSearch auditSearch() {
    return audit;
  }

  /// The certificates.
  public final CertificateInventory certificates() {
    return certificates;
  }

  /// The revocations.
  public final RevocationStore revocations() {
    return revocations;
  }

  /// The one-time challenges.
  public final OneTimeChallengeStore oneTimeChallenges() {
    return oneTimeChallenges;
  }

  /// The CRLs.
  public final CrlStore crls() {
    return crls;
  }

  /// The generations of the CA.
  public final CaGenerations caGenerations() {
    return caGenerations;
  }

  /// The notices on their way out.
  public final NoticeOutbox notices() {
    return notices;
  }

  /// What was told of the ends of certificates.
  public final ExpiryStore expiry() {
    return expiry;
  }

  /// Where nodes hear of each other; absent where one process has the database for itself.
  public Optional<ClusterStore> cluster() {
    return Optional.empty();
  }

  /// The keys and secrets that nodes share.
  public final SealedKeys sealedKeys() {
    return sealedKeys;
  }

  /// Where records are removed whose time is over.
  public final RetentionStore retention() {
    return retention;
  }

  /// Makes room ahead for what comes, on engines where that has to be made; worth doing every
  /// minute. Without it nothing fails, but old records cost more to remove.
  ///
  /// @return how much was made, in pieces; 0 when there was enough
  public int makeRoom() throws StoreUnavailableException {
    return 0;
  }

  /// Forgets claims whose end has come; worth doing now and then.
  ///
  /// @return how many
  public final int forgetExpiredClaims() throws StoreUnavailableException {
    return enrollments.forgetExpiredClaims();
  }

  /// Finishes what is under way, refuses what comes later, and lets go of the database.
  @Override
  public abstract void close();
}
