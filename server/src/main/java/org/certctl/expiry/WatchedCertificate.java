package org.certctl.expiry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.notice.Notice;
import org.certctl.pki.Names;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// A certificate of the server, or one that it trusts.
///
/// @param uses what it is used for, at least one
/// @param serialNumber lower-case hexadecimal
/// @param fingerprint SHA-256 of the certificate
/// @param renewedBefore how long before its end something has gone wrong if it is still there: for
///   certificates that the server replaces by itself; absent for those that people look after
public record WatchedCertificate(
    List<Notice.Use> uses,
    String subject,
    String serialNumber,
    Sha256 fingerprint,
    Instant notAfter,
    Optional<Duration> renewedBefore) {

  /// Copies the uses.
  public WatchedCertificate {
    uses = List.copyOf(uses);
  }

  /// One that people look after.
  public static WatchedCertificate of(String kind, String name, X509CertificateHolder holder) {
    return of(kind, name, holder, Optional.empty());
  }

  /// One that the server replaces by itself, or not.
  public static WatchedCertificate of(
      String kind, String name, X509CertificateHolder holder, Optional<Duration> renewedBefore) {
    try {
      return new WatchedCertificate(
          List.of(new Notice.Use(kind, name)),
          Names.text(holder.getSubject()),
          serialNumber(holder),
          Sha256.over(holder.getEncoded()),
          holder.getNotAfter().toInstant(),
          renewedBefore);
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// What others trust may have numbers that we would not give.
  private static String serialNumber(X509CertificateHolder holder) {
    return SerialNumber.isPossible(holder.getSerialNumber())
        ? new SerialNumber(holder.getSerialNumber()).hex()
        : holder.getSerialNumber().toString(16);
  }

  /// Each certificate once, with all its uses.
  public static List<WatchedCertificate> merged(List<WatchedCertificate> all) {
    Map<Sha256, WatchedCertificate> merged = new LinkedHashMap<>();
    for (WatchedCertificate one : all) {
      merged.merge(one.fingerprint(), one, WatchedCertificate::and);
    }
    return List.copyOf(merged.values());
  }

  private WatchedCertificate and(WatchedCertificate other) {
    List<Notice.Use> all = new ArrayList<>(uses);
    other.uses().stream().filter(use -> !all.contains(use)).forEach(all::add);
    Optional<Duration> before =
        renewedBefore.isPresent() && other.renewedBefore().isPresent()
            ? renewedBefore
            : Optional.empty();
    return new WatchedCertificate(all, subject, serialNumber, fingerprint, notAfter, before);
  }

  /// As a notice tells of it.
  Notice.ServerCertificate told(Optional<Duration> threshold) {
    return new Notice.ServerCertificate(
        uses, subject, serialNumber, fingerprint.hex(), notAfter, threshold);
  }
}
