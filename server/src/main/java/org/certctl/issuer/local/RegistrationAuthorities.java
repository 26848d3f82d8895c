package org.certctl.issuer.local;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.RaKey;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Names;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// The RAs that look after themselves: made by the CA of their endpoint, renewed in time with a new
/// key, and destroyed when their grace is over (RFC 8894, section 2.1.2).
///
/// What is there on disk is all there is to know: a crash leaves either the old keys or the old and
/// the new one. The audit trail has only what happened: a key is on disk under a name that nobody
/// reads when its making is told, and gets its own after that; a destruction is told when the file
/// is gone. What fails is tried again ever more rarely, every five minutes in the end. Not safe for
/// use by several threads at once.
public final class RegistrationAuthorities {

  private final KeyPlace place;
  private final RaSchedule schedule;
  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;
  private final AuditLog audit;
  private final KeyObserver observer;
  private final Map<String, KeptKeys<RaKey>> folders = new HashMap<>();
  private final VerifiedIssuers issuers = new VerifiedIssuers();
  private final BackOff backOff = new BackOff();
  private final KeyDestruction destruction;

  private record Making(String endpoint, String issuerId) {}

  /// @param place where their keys are kept, for each endpoint
  /// @param schedule when they are renewed
  /// @param providers make and use the keys
  /// @param clock the server's clock
  /// @param random makes keys and serial numbers
  /// @param audit takes what happens
  /// @param observer is told of it
  public RegistrationAuthorities(
      KeyPlace place,
      RaSchedule schedule,
      CryptoProviders providers,
      Clock clock,
      SecureRandom random,
      AuditLog audit,
      KeyObserver observer) {
    this.place = place;
    this.schedule = schedule;
    this.providers = providers;
    this.clock = clock;
    this.random = random;
    this.audit = audit;
    this.observer = observer;
    this.destruction = new KeyDestruction(audit, observer);
  }

  /// The keys of an endpoint under a CA that issues: the announced one first, then those still
  /// opened. Makes a new one when there is none in force, or when the present one is due.
  ///
  /// One from the future was made before the clock was set back: it is opened, because devices may
  /// have fetched it, but waits for its time to be announced.
  ///
  /// @throws IOException when there is none and none can be made or read
  public List<RaKey> keysOf(String endpoint, LocalCa ca) throws IOException {
    List<KeptKey<RaKey>> files = filesOf(endpoint, ca);
    Instant now = clock.instant();
    Making making = new Making(endpoint, ca.issuerId());
    List<KeptKey<RaKey>> begun = begun(files, now);
    boolean due = begun.isEmpty() || schedule.isDue(begun.getLast().notAfter(), now, ca.notAfter());
    if (due && backOff.mayTry(making, now)) {
      try {
        make(endpoint, ca, now);
        backOff.succeeded(making);
        files = filesOf(endpoint, ca);
      } catch (IOException | StoreUnavailableException | RuntimeOperatorException e) {
        backOff.failed(making, now);
        if (files.isEmpty()) {
          throw new IOException("no RA certificate can be made for " + endpoint, e);
        }
        observer.renewalFailed(endpoint, e);
      }
    }
    if (files.isEmpty()) {
      throw new IOException("no RA certificate could be made for " + endpoint + " so far");
    }
    folder(endpoint).forgetSupplied(ca.issuerId());
    List<KeptKey<RaKey>> ahead = new ArrayList<>(files);
    ahead.removeAll(begun(files, now));
    List<RaKey> answered = answered(endpoint, files, now, Optional.empty());
    // The newest first, those ahead of the clock last.
    Collections.rotate(answered, -Math.min(ahead.size(), answered.size()));
    return answered;
  }

  private static List<KeptKey<RaKey>> begun(List<KeptKey<RaKey>> files, Instant now) {
    return files.stream()
        .filter(file -> !now.isBefore(file.certificate().getNotBefore().toInstant()))
        .toList();
  }

  /// The keys of an endpoint under a CA while the operator supplies its RA: those that were
  /// announced before, while their grace lasts; the newest first. The first call notes when that
  /// began, which holds until {@link #keysOf} is called again. Makes none.
  ///
  /// @throws IOException when one cannot be read
  public List<RaKey> keysBesideSupplied(String endpoint, LocalCa ca) throws IOException {
    List<KeptKey<RaKey>> files = filesOf(endpoint, ca);
    if (files.isEmpty()) {
      return List.of();
    }
    Instant now = clock.instant();
    Instant since = folder(endpoint).suppliedSince(ca.issuerId(), now);
    return answered(endpoint, files, now, Optional.of(since));
  }

  /// The keys of an endpoint under a CA that issues no more, while their grace lasts; the newest
  /// first. Makes none.
  ///
  /// @param replacedAt when another CA took its place
  /// @throws IOException when one cannot be read
  public List<RaKey> formerKeysOf(String endpoint, LocalCa ca, Instant replacedAt)
      throws IOException {
    return answered(endpoint, filesOf(endpoint, ca), clock.instant(), Optional.of(replacedAt));
  }

  private List<KeptKey<RaKey>> filesOf(String endpoint, LocalCa ca) throws IOException {
    try {
      return folder(endpoint).list().stream()
          .filter(file -> issuers.isIssuedBy(file.certificate(), ca.certificate()))
          .toList();
    } catch (KeyMaterialException e) {
      throw new IOException(e.reason() + "; " + e.hint(), e);
    }
  }

  private KeptKeys<RaKey> folder(String endpoint) {
    return folders.computeIfAbsent(
        endpoint, name -> place.of(name, files -> RaKey.of(files, providers, random)));
  }

  private List<RaKey> answered(
      String endpoint, List<KeptKey<RaKey>> files, Instant now, Optional<Instant> replacedAt) {
    List<RaKey> announced = new ArrayList<>();
    List<RaKey> prepared = new ArrayList<>();
    Optional<Instant> successor = replacedAt;
    for (KeptKey<RaKey> file : files.reversed()) {
      if (successor.filter(at -> schedule.isSpent(at, now)).isPresent()) {
        retire(endpoint, file, now);
      } else if (file.announcedAt().isPresent()) {
        announced.add(file.key());
      } else {
        prepared.addFirst(file.key());
      }
      if (file.announcedAt().isPresent()) {
        successor = file.announcedAt();
      }
    }
    destruction.tell();
    // With none announced, the one that has been known for the longest.
    announced.addAll(prepared);
    return announced;
  }

  private void make(String endpoint, LocalCa ca, Instant now)
      throws IOException, StoreUnavailableException {
    SigningKey key = SigningKey.generate(KeyType.RSA_2048, providers, random);
    X509CertificateHolder certificate =
        new AuthorityCertificates(now, random)
            .registrationAuthority(
                ca.authority(),
                AuthorityCertificates.nameBeside(
                    ca.certificate().getSubject(), "SCEP RA " + endpoint),
                key.publicKeyInfo(),
                schedule.endOf(now, ca.notAfter()));
    AuditEvent event =
        new AuditEvent.RaCertificateMade(
            now,
            endpoint,
            ca.issuerId(),
            Names.text(certificate.getSubject()),
            new SerialNumber(certificate.getSerialNumber()).hex(),
            Sha256.over(certificate.getEncoded()).hex(),
            certificate.getNotAfter().toInstant());
    boolean made =
        folder(endpoint)
            .add(new KeyPairFiles(key, CertificateChain.of(certificate)), now, event, audit)
            .isPresent();
    if (made) {
      observer.made(endpoint, certificate);
    }
  }

  private void retire(String endpoint, KeptKey<RaKey> spent, Instant now) {
    String serialNumber = new SerialNumber(spent.certificate().getSerialNumber()).hex();
    destruction.destroy(
        folder(endpoint),
        spent,
        endpoint,
        new AuditEvent.RaKeyDestroyed(now, endpoint, serialNumber),
        now);
  }
}
