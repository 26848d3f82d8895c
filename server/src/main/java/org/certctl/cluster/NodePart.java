package org.certctl.cluster;

/// Something that every node has, and that should be the same on all: its configuration, the
/// anchors of a connector, a CA, the audit key.
///
/// @param kind `configuration`, `audit`, or the kind of certificate as in metrics
/// @param name which one of its kind
/// @param fingerprint 64 hexadecimal digits; equal where the parts are
public record NodePart(String kind, String name, String fingerprint) {}
