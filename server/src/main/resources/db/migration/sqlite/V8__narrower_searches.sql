-- Clients with one transactionID for all they ever do made every search by transactionID a long one. A
-- request is found by its digest, a poll by the key that signed it.
DROP INDEX enrollment_by_transaction;

CREATE INDEX enrollment_by_request ON enrollment (request_digest, endpoint, transaction_id)
  WHERE state <> 'released';
CREATE INDEX enrollment_by_requester ON enrollment (requester_key_digest, transaction_id, endpoint)
  WHERE state <> 'released';

-- What waits and what is approved have an end both.
DROP INDEX pending_enrollment_by_end;

CREATE INDEX pending_enrollment_by_end ON pending_enrollment (expires_at_ms)
  WHERE state IN ('waiting', 'approved');

-- With the action, so that counting reads nothing but the index.
DROP INDEX audit_event_by_connector;

CREATE INDEX audit_event_by_connector ON audit_event (outcome, endpoint, reason, action)
  WHERE action IN ('scep_pkcsreq_intune', 'scep_renewalreq_intune');
