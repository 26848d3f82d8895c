package org.certctl.rollover;

import java.time.Instant;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;

/// Where the generations of the CA are kept. Each method that changes something is one transaction
/// with its audit event; the store decides races, so that several processes may try the same.
public interface CaGenerations {

  /// All of them, by their numbers.
  List<CaGeneration> all() throws StoreUnavailableException;

  /// Adds one that was prepared.
  ///
  /// @return false, with nothing changed, when its number is taken or another one is pending
  boolean add(CaGeneration generation, AuditEvent event) throws StoreUnavailableException;

  /// Sets when a pending one begins.
  ///
  /// @return false, with nothing changed, when it is not pending at this instant
  boolean schedule(int number, Instant activateAt, Instant now, AuditEvent event)
      throws StoreUnavailableException;

  /// Gives a pending one up.
  ///
  /// @return false, with nothing changed, when it is not pending at this instant
  boolean cancel(int number, Instant now, AuditEvent event) throws StoreUnavailableException;

  /// Notes that one has begun.
  ///
  /// @return false, with nothing changed, when its time has not come or it was noted before
  boolean noteSwitch(int number, Instant now, AuditEvent event) throws StoreUnavailableException;
}
