package org.certctl.issuer.local;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.SerialNumber;

/// Certificates of a key that the operator supplies, in memory: each process has its own. Keys that
/// certctl made before are listed with them.
///
/// @param <K> what the keys are used as
final class SuppliedKeys<K> implements KeptKeys<K> {

  private final KeptKeys<K> made;
  private final Function<KeyPairFiles, K> use;
  private final List<KeptKey<K>> supplied = new ArrayList<>();

  /// @param made those that certctl made before
  SuppliedKeys(KeptKeys<K> made, Function<KeyPairFiles, K> use) {
    this.made = made;
    this.use = use;
  }

  @Override
  public List<KeptKey<K>> list() throws IOException, KeyMaterialException {
    List<KeptKey<K>> all = new ArrayList<>(made.list());
    all.addAll(supplied);
    all.sort(Comparator.comparing(KeptKey::madeAt));
    return all;
  }

  @Override
  public Optional<KeptKey<K>> add(
      KeyPairFiles key, Instant madeAt, AuditEvent event, AuditLog audit)
      throws IOException, StoreUnavailableException {
    X509CertificateHolder certificate = key.chain().first();
    audit.append(event);
    KeptKey<K> added =
        new KeptKey<>(
            new SerialNumber(certificate.getSerialNumber()).hex(),
            certificate,
            use.apply(key),
            Optional.of(madeAt));
    supplied.add(added);
    return Optional.of(added);
  }

  @Override
  public Instant suppliedSince(String issuerId, Instant now) {
    return made.suppliedSince(issuerId, now);
  }

  @Override
  public void forgetSupplied(String issuerId) throws IOException {
    made.forgetSupplied(issuerId);
  }

  @Override
  public boolean remove(KeptKey<K> spent) throws IOException {
    return !supplied.remove(spent) && made.remove(spent);
  }
}
