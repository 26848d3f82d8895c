package org.certctl.issuer.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;

/// The keys of one owner that all nodes share.
///
/// Which node makes the next key is decided where they are kept: it has the number after the last
/// one that the node knew, and there is one key of each number. A new key is announced when some
/// node has known it for {@link #LEAD}, several times as long as nodes take to look again, so that
/// every node that is alive opens what is encrypted to it by then.
///
/// @param <K> what the keys are used as
final class SharedKeys<K> implements KeptKeys<K> {

  /// How long a node knows a new key before it is announced.
  static final Duration LEAD = Duration.ofSeconds(10);

  private final String scope;
  private final SharedKeyPlace place;
  private final Function<KeyPairFiles, K> use;
  private final Map<ByteString, Known<K>> known = new HashMap<>();
  private final Map<String, Instant> supplied = new HashMap<>();
  private final Set<String> notSupplied = new HashSet<>();
  private long last;

  private record Known<K>(X509CertificateHolder certificate, K key, Instant since) {}

  SharedKeys(String scope, SharedKeyPlace place, Function<KeyPairFiles, K> use) {
    this.scope = scope;
    this.place = place;
    this.use = use;
  }

  @Override
  public List<KeptKey<K>> list() throws IOException, KeyMaterialException {
    try {
      Instant now = place.clock().instant();
      List<SealedKey> present = place.keys().keys(scope);
      known
          .keySet()
          .retainAll(present.stream().map(SealedKey::certificate).collect(Collectors.toSet()));
      List<KeptKey<K>> all = new ArrayList<>();
      for (SealedKey each : present) {
        Known<K> entry = known.get(each.certificate());
        if (entry == null) {
          entry = open(each, now);
          known.put(each.certificate(), entry);
        }
        all.add(kept(each.number(), entry, announced(each, entry, now)));
      }
      last = present.isEmpty() ? 0 : present.getLast().number();
      return all;
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    }
  }

  private Optional<Instant> announced(SealedKey each, Known<K> entry, Instant now)
      throws StoreUnavailableException {
    if (each.announcedAt().isEmpty() && !now.isBefore(entry.since().plus(LEAD))) {
      place.keys().announce(scope, each.number(), now);
      return Optional.of(now);
    }
    return each.announcedAt();
  }

  private Known<K> open(SealedKey sealed, Instant now) throws IOException, KeyMaterialException {
    X509CertificateHolder certificate = new X509CertificateHolder(sealed.certificate().octets());
    byte[] pkcs8 = place.sealing().open(sealed);
    SigningKey key = SigningKey.ofPkcs8(pkcs8, sealed.sealedAs(), place.providers());
    Arrays.fill(pkcs8, (byte) 0);
    return new Known<>(
        certificate, use.apply(new KeyPairFiles(key, CertificateChain.of(certificate))), now);
  }

  private KeptKey<K> kept(long number, Known<K> entry, Optional<Instant> announcedAt) {
    return new KeptKey<>(Long.toString(number), entry.certificate(), entry.key(), announcedAt);
  }

  @Override
  public Optional<KeptKey<K>> add(
      KeyPairFiles key, Instant madeAt, AuditEvent event, AuditLog audit)
      throws IOException, StoreUnavailableException {
    X509CertificateHolder certificate = key.chain().first();
    ByteString der = ByteString.of(certificate.getEncoded());
    SealedKey added = place.sealing().seal(scope, last + 1, der, key.key().revealPkcs8());
    if (!place.keys().add(added, place.sealing()::isInForce, event)) {
      return Optional.empty();
    }
    Known<K> entry = new Known<>(certificate, use.apply(key), madeAt);
    known.put(der, entry);
    last = added.number();
    return Optional.of(kept(added.number(), entry, Optional.empty()));
  }

  @Override
  public Instant suppliedSince(String issuerId, Instant now) {
    notSupplied.remove(issuerId);
    Instant known = supplied.get(issuerId);
    if (known != null) {
      return known;
    }
    try {
      ByteString own = ByteString.of(now.toString().getBytes(StandardCharsets.US_ASCII));
      ByteString noted = place.keys().noteOnce(noteScope(), issuerId, own);
      Instant since = Instant.parse(new String(noted.octets(), StandardCharsets.US_ASCII));
      supplied.put(issuerId, since);
      return since;
    } catch (StoreUnavailableException | DateTimeException e) {
      // It is noted at the next look; a key is opened longer than it had to be.
      return now;
    }
  }

  @Override
  public void forgetSupplied(String issuerId) throws IOException {
    supplied.remove(issuerId);
    if (!notSupplied.add(issuerId)) {
      return;
    }
    try {
      place.keys().forget(noteScope(), issuerId);
    } catch (StoreUnavailableException e) {
      notSupplied.remove(issuerId);
      throw unavailable(e);
    }
  }

  private String noteScope() {
    return "supplied/" + scope;
  }

  @Override
  public boolean remove(KeptKey<K> spent) throws IOException {
    try {
      return place.keys().remove(scope, Long.parseLong(spent.name()));
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    }
  }

  private static IOException unavailable(StoreUnavailableException e) {
    return new IOException("the keys in the database cannot be read or written", e);
  }
}
