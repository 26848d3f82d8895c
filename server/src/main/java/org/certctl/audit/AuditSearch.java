package org.certctl.audit;

import java.util.List;

/// Finds entries of the trail for people to read; proves nothing about them.
public interface AuditSearch {

  /// The entries that meet every condition, newest first.
  List<AuditEntry> find(AuditQuery query) throws StoreUnavailableException;
}
