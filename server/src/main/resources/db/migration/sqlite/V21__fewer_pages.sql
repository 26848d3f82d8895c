-- An enrollment dirtied pages for nothing. The indexes by which it is found depended on its state, so that both
-- were written again when it ended; that of connector counts had the intents, which are not counted; and that of
-- claims by their end is used once an hour, for which reading the claims does as well.
DROP INDEX enrollment_by_request;
DROP INDEX enrollment_by_requester;
DROP INDEX audit_event_by_connector;
DROP INDEX challenge_claim_by_end;

CREATE INDEX enrollment_by_request ON enrollment (request_digest, endpoint, transaction_id);
CREATE INDEX enrollment_by_requester ON enrollment (requester_key_digest, transaction_id, endpoint);
CREATE INDEX audit_event_by_connector ON audit_event (outcome, endpoint, reason, action)
  WHERE action IN ('scep_pkcsreq_intune', 'scep_renewalreq_intune') AND outcome IN ('issued', 'refused');
