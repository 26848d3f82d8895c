package org.certctl.app;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.LocalCaSettings;
import org.certctl.config.StatusSettings;
import org.certctl.issuer.StatusLocations;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaGenerations;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.CaPlace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The CAs of this server: the first from its configuration, the others as they were prepared.
///
/// Each is read once. Not safe for use by several threads at once.
final class LocalCaGenerations implements EndpointKeeper.CaSource {

  private static final Logger log = LoggerFactory.getLogger(LocalCaGenerations.class);

  private final CaPlace place;
  private final StatusSettings status;
  private final CaGenerations generations;
  private final Clock clock;
  private final Map<Integer, LocalCa> known = new HashMap<>();
  private final Set<Integer> unreadable = new HashSet<>();

  /// @throws KeyMaterialException when the first CA cannot be used
  LocalCaGenerations(CaPlace place, StatusSettings status, CaGenerations generations, Clock clock)
      throws KeyMaterialException, StoreUnavailableException {
    this.place = place;
    this.status = status;
    this.generations = generations;
    this.clock = clock;
    known.put(CaGeneration.FIRST, ca(LocalCaSettings.ISSUER_ID, place.read(CaGeneration.FIRST)));
  }

  /// {@inheritDoc}
  ///
  /// A switch is noted when the CA that issues then has been read. One that waits or issues no more
  /// and cannot be read is left out, which the log says.
  @Override
  public LocalCas now() throws IOException, StoreUnavailableException {
    Instant now = clock.instant();
    List<CaGeneration> all = generations.all();
    CaSuccession succession = CaSuccession.at(now, all);
    Map<Integer, Sha256> fingerprints = new HashMap<>();
    for (CaGeneration generation : all) {
      fingerprints.put(generation.number(), generation.fingerprint());
    }
    LocalCa current = load(succession.current(), fingerprints);
    CaSuccession.note(generations, all, LocalCaSettings.ISSUER_ID, now);
    List<LocalCas.Former> former = new ArrayList<>();
    for (CaSuccession.Former each : succession.former()) {
      loadIfReadable(each.number(), fingerprints)
          .ifPresent(ca -> former.add(new LocalCas.Former(ca, each.replacedAt())));
    }
    Optional<LocalCa> next =
        succession.next().isPresent()
            ? loadIfReadable(succession.next().get().number(), fingerprints)
            : Optional.empty();
    return new LocalCas(current, next, former);
  }

  private Optional<LocalCa> loadIfReadable(int number, Map<Integer, Sha256> fingerprints)
      throws StoreUnavailableException {
    try {
      LocalCa loaded = load(number, fingerprints);
      if (unreadable.remove(number)) {
        log.atInfo().addKeyValue("number", number).log("a CA of this server can be read again");
      }
      return Optional.of(loaded);
    } catch (IOException e) {
      if (unreadable.add(number)) {
        log.atError()
            .addKeyValue("number", number)
            .addKeyValue("reason", String.valueOf(e.getMessage()))
            .log("a CA of this server cannot be read: no CRL and no renewal for what it issued");
      }
      return Optional.empty();
    }
  }

  private LocalCa load(int number, Map<Integer, Sha256> fingerprints)
      throws IOException, StoreUnavailableException {
    LocalCa loaded = known.get(number);
    if (loaded == null) {
      loaded = read(number, Optional.ofNullable(fingerprints.get(number)));
      known.put(number, loaded);
    }
    return loaded;
  }

  private LocalCa read(int number, Optional<Sha256> fingerprint)
      throws IOException, StoreUnavailableException {
    try {
      if (fingerprint.filter(place.fingerprint(number)::equals).isEmpty()) {
        throw new IOException(place.nameOf(number) + " is not the CA that was prepared");
      }
      return ca(CaSuccession.issuerId(LocalCaSettings.ISSUER_ID, number), place.read(number));
    } catch (KeyMaterialException e) {
      throw new IOException(e.reason() + "; " + e.hint(), e);
    }
  }

  private LocalCa ca(String issuerId, KeyPairFiles files) {
    return LocalCa.of(
        issuerId,
        files,
        status
            .publicUrl()
            .map(
                url ->
                    StatusLocations.below(url, issuerId, status.ocsp().enabled())
                        .withCrlPartitions(status.crlPartitions())));
  }
}
