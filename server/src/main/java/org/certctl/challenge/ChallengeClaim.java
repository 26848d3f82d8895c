package org.certctl.challenge;

import java.time.Instant;
import org.certctl.pki.Sha256;

/// Something that may be used up once: a one-time challenge, a token's id, a slot of a rate limit.
///
/// Claimed atomically in step 4 of the enrollment cycle, released when the enrollment fails.
///
/// @param kind the namespace, a stable code such as `onetime`
/// @param key what is claimed; unique within the kind
/// @param expiresAt when the entry may be forgotten
public record ChallengeClaim(String kind, Sha256 key, Instant expiresAt) {}
