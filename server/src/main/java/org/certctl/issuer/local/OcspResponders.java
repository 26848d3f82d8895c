package org.certctl.issuer.local;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.OcspSigner;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// The OCSP responders of the CAs, which look after themselves: made by their CA, renewed in time
/// with a new key, and destroyed as soon as another took their place (RFC 6960, section 4.2.2.2). A
/// key that the operator supplies is certified anew in time, for each CA, and never destroyed.
///
/// What is there on disk is all there is to know: a crash leaves either the old key or the old and
/// the new one. A key is on disk under a name that nobody reads when its making is told, and gets
/// its own after that; a destruction is told when the file is gone. What fails is tried again ever
/// more rarely, every five minutes in the end. Not safe for use by several threads at once.
public final class OcspResponders {

  private final KeyPlace place;
  private final RaSchedule schedule;
  private final ResponderKeys keys;
  private final Clock clock;
  private final SecureRandom random;
  private final AuditLog audit;
  private final KeyObserver observer;
  private final Map<String, KeptKeys<SigningKey>> folders = new HashMap<>();
  private final Map<X509CertificateHolder, OcspSigner> signers = new HashMap<>();
  private final VerifiedIssuers issuers = new VerifiedIssuers();
  private final BackOff backOff = new BackOff();
  private final KeyDestruction destruction;

  /// @param place where their keys are kept, for each issuer
  /// @param schedule when they are renewed; its grace is not used
  /// @param keys which keys are certified
  /// @param clock the server's clock
  /// @param random makes serial numbers
  /// @param audit takes what happens
  /// @param observer is told of it
  public OcspResponders(
      KeyPlace place,
      RaSchedule schedule,
      ResponderKeys keys,
      Clock clock,
      SecureRandom random,
      AuditLog audit,
      KeyObserver observer) {
    this.place = place;
    this.schedule = schedule;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
    this.audit = audit;
    this.observer = observer;
    this.destruction = new KeyDestruction(audit, observer);
  }

  /// The responder of a CA. Makes a new one when there is none in force, or when the present one is
  /// due or has a key that is not allowed, and destroys those before it. Absent once the CA has
  /// ended.
  ///
  /// A responder from the future was made before the clock was set back: it waits for its time.
  ///
  /// @throws IOException when there is none in force and none can be made or read
  public Optional<OcspSigner> responderOf(LocalCa ca) throws IOException {
    Instant now = clock.instant();
    List<KeptKey<SigningKey>> files = filesOf(ca);
    Optional<KeptKey<SigningKey>> present = Optional.empty();
    if (now.isBefore(ca.notAfter())) {
      List<KeptKey<SigningKey>> good =
          files.stream().filter(file -> !isDue(file, ca, now)).toList();
      present = inForce(good, now);
      if (present.isEmpty()) {
        present = Optional.of(renewed(ca, files, now));
      }
    }
    for (KeptKey<SigningKey> file : files) {
      if (present.map(used -> isBefore(file, used)).orElse(true)) {
        retire(ca, file, now);
      }
    }
    destruction.tell();
    return present.map(file -> signer(ca, file));
  }

  private static boolean isBefore(KeptKey<SigningKey> file, KeptKey<SigningKey> used) {
    return !file.certificate().equals(used.certificate()) && !file.madeAt().isAfter(used.madeAt());
  }

  /// A new one, or the present one where none can be made.
  private KeptKey<SigningKey> renewed(LocalCa ca, List<KeptKey<SigningKey>> files, Instant now)
      throws IOException {
    Optional<KeptKey<SigningKey>> present = inForce(files, now);
    if (backOff.mayTry(ca.issuerId(), now)) {
      try {
        KeptKey<SigningKey> made = make(ca, now);
        backOff.succeeded(ca.issuerId());
        return made;
      } catch (IOException | StoreUnavailableException | RuntimeOperatorException e) {
        backOff.failed(ca.issuerId(), now);
        observer.renewalFailed(ca.issuerId(), e);
      }
    }
    return present.orElseThrow(
        () -> new IOException("no OCSP certificate could be made for " + ca.issuerId()));
  }

  private static Optional<KeptKey<SigningKey>> inForce(
      List<KeptKey<SigningKey>> files, Instant now) {
    return files.reversed().stream()
        .filter(file -> !now.isBefore(file.certificate().getNotBefore().toInstant()))
        .filter(file -> now.isBefore(file.notAfter()))
        .findFirst();
  }

  private boolean isDue(KeptKey<SigningKey> file, LocalCa ca, Instant now) {
    return !keys.allow(file.certificate()) || schedule.isDue(file.notAfter(), now, ca.notAfter());
  }

  private OcspSigner signer(LocalCa ca, KeptKey<SigningKey> file) {
    return signers.computeIfAbsent(
        file.certificate(),
        _ ->
            new OcspSigner(
                ca.issuerId(), issued(ca.certificate()), issued(file.certificate()), file.key()));
  }

  private static IssuedCertificate issued(X509CertificateHolder certificate) {
    try {
      return IssuedCertificate.ofDer(certificate.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  private List<KeptKey<SigningKey>> filesOf(LocalCa ca) throws IOException {
    try {
      return folder(ca).list().stream()
          .filter(file -> issuers.isIssuedBy(file.certificate(), ca.certificate()))
          .toList();
    } catch (KeyMaterialException e) {
      throw new IOException(e.reason() + "; " + e.hint(), e);
    }
  }

  private KeptKeys<SigningKey> folder(LocalCa ca) {
    return folders.computeIfAbsent(ca.issuerId(), id -> place.of(id, KeyPairFiles::key));
  }

  private KeptKey<SigningKey> make(LocalCa ca, Instant now)
      throws IOException, StoreUnavailableException {
    SigningKey key = keys.next();
    X509CertificateHolder certificate =
        new AuthorityCertificates(now, random)
            .ocspResponder(
                ca.authority(),
                AuthorityCertificates.nameBeside(
                    ca.certificate().getSubject(), "OCSP " + ca.issuerId()),
                key.publicKeyInfo(),
                schedule.endOf(now, ca.notAfter()));
    AuditEvent event =
        new AuditEvent.OcspCertificateMade(
            now,
            ca.issuerId(),
            Names.text(certificate.getSubject()),
            new SerialNumber(certificate.getSerialNumber()).hex(),
            Sha256.over(certificate.getEncoded()).hex(),
            certificate.getNotAfter().toInstant());
    Optional<KeptKey<SigningKey>> made =
        folder(ca).add(new KeyPairFiles(key, CertificateChain.of(certificate)), now, event, audit);
    if (made.isPresent()) {
      observer.made(ca.issuerId(), certificate);
      return made.get();
    }
    return inForce(filesOf(ca), now)
        .orElseThrow(() -> new IOException("another node makes one just now"));
  }

  private void retire(LocalCa ca, KeptKey<SigningKey> spent, Instant now) {
    signers.remove(spent.certificate());
    String serialNumber = new SerialNumber(spent.certificate().getSerialNumber()).hex();
    destruction.destroy(
        folder(ca),
        spent,
        ca.issuerId(),
        new AuditEvent.OcspKeyDestroyed(now, ca.issuerId(), serialNumber),
        now);
  }
}
