package org.certctl.profile;

/// Turns a certificate request into an approved request, or into all its violations.
public final class PolicyGate {}
