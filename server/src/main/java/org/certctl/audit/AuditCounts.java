package org.certctl.audit;

import java.util.List;

/// Counts events of the trail: what must survive restarts is counted there and not in memory.
public interface AuditCounts {

  /// The actions of enrollments with connector challenges.
  List<String> CONNECTOR_ACTIONS = List.of("scep_pkcsreq_intune", "scep_renewalreq_intune");

  /// How many events have this in common.
  record Count(String endpoint, String outcome, String reason, long events) {}

  /// How enrollments with connector challenges ended: those with outcome `issued` or `refused`.
  List<Count> connectorEnrollments() throws StoreUnavailableException;
}
