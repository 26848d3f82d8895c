package org.certctl.challenge.onetime;

/// A one-time challenge and what became of it.
///
/// @param position grows with every challenge; the key for paging
/// @param challenge the challenge
/// @param use what became of it
public record KnownChallenge(long position, OneTimeChallenge challenge, ChallengeUse use) {}
