-- For counting how enrollments with connector challenges ended, without reading the trail.
CREATE INDEX audit_event_by_connector ON audit_event (outcome, endpoint, reason)
  WHERE action IN ('scep_pkcsreq_intune', 'scep_renewalreq_intune');
