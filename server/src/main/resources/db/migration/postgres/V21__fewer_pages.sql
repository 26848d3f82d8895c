-- Used once an hour, for which reading the claims does as well, and written with every claim.
DROP INDEX challenge_claim_by_end;
