package org.certctl.app;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.certctl.cluster.NodePart;
import org.certctl.config.SharedOptions;
import org.certctl.enroll.ChallengeMac;
import org.certctl.expiry.WatchedCertificate;
import org.certctl.notice.Notice;
import org.certctl.pki.Sha256;

/// What this node serves with, as the others are told of it: fingerprints of its configuration, of
/// the key that seals the audit trail, and of its certificates.
///
/// That of the configuration is a MAC under the key that all nodes share: whoever reads the
/// database cannot try out passwords on it.
final class NodeParts {

  private final NodePart configuration;
  private final NodePart auditKey;
  private volatile Supplier<List<WatchedCertificate>> certificates = List::of;

  NodeParts(SharedOptions options, ChallengeMac mac, Sha256 auditKey) {
    this.auditKey = new NodePart("audit", "key", auditKey.hex());
    configuration =
        new NodePart("configuration", "options", mac.of(Optional.of(options.text())).hex());
  }

  /// Tells of these certificates too, from now on.
  void show(Supplier<List<WatchedCertificate>> certificates) {
    this.certificates = certificates;
  }

  /// Everything, as it is now; one part for all certificates of one kind and name.
  List<NodePart> now() {
    Map<NodePart, TreeSet<String>> fingerprints = new TreeMap<>(NodeParts::compare);
    for (WatchedCertificate certificate : certificates.get()) {
      for (Notice.Use use : certificate.uses()) {
        fingerprints
            .computeIfAbsent(new NodePart(use.kind(), use.name(), ""), _ -> new TreeSet<>())
            .add(certificate.fingerprint().hex());
      }
    }
    List<NodePart> parts = new ArrayList<>();
    parts.add(configuration);
    parts.add(auditKey);
    fingerprints.forEach(
        (part, each) -> parts.add(new NodePart(part.kind(), part.name(), digest(each))));
    return parts;
  }

  private static String digest(Set<String> fingerprints) {
    return Sha256.over(String.join("\n", fingerprints).getBytes(StandardCharsets.US_ASCII)).hex();
  }

  private static int compare(NodePart one, NodePart other) {
    int kinds = one.kind().compareTo(other.kind());
    return kinds != 0 ? kinds : one.name().compareTo(other.name());
  }
}
