package org.certctl.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.LocalCaSettings;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaGenerations;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.GenerationFiles;

/// The CAs of this server: the first from its configuration, the others as they were prepared.
///
/// Files are read once. Not safe for use by several threads at once.
final class LocalCaGenerations implements EndpointKeeper.CaSource {

  private final Path dataDirectory;
  private final Optional<String> publicUrl;
  private final CaGenerations generations;
  private final CryptoProviders providers;
  private final Clock clock;
  private final Map<Integer, LocalCa> known = new HashMap<>();

  LocalCaGenerations(
      Path dataDirectory,
      KeyPairFiles first,
      Optional<String> publicUrl,
      CaGenerations generations,
      CryptoProviders providers,
      Clock clock) {
    this.dataDirectory = dataDirectory;
    this.publicUrl = publicUrl;
    this.generations = generations;
    this.providers = providers;
    this.clock = clock;
    known.put(CaGeneration.FIRST, LocalCa.of(LocalCaSettings.ISSUER_ID, first, publicUrl));
  }

  @Override
  public LocalCas now() throws IOException, StoreUnavailableException {
    CaSuccession succession =
        CaSuccession.settled(generations, LocalCaSettings.ISSUER_ID, clock.instant());
    Map<Integer, Sha256> fingerprints = new HashMap<>();
    for (CaGeneration generation : generations.all()) {
      fingerprints.put(generation.number(), generation.fingerprint());
    }
    List<LocalCas.Former> former = new ArrayList<>();
    for (CaSuccession.Former each : succession.former()) {
      former.add(new LocalCas.Former(load(each.number(), fingerprints), each.replacedAt()));
    }
    Optional<CaGeneration> next = succession.next();
    return new LocalCas(
        load(succession.current(), fingerprints),
        next.isPresent() ? Optional.of(load(next.get().number(), fingerprints)) : Optional.empty(),
        former);
  }

  private LocalCa load(int number, Map<Integer, Sha256> fingerprints) throws IOException {
    LocalCa loaded = known.get(number);
    if (loaded == null) {
      loaded = read(number);
      Sha256 found = Sha256.over(loaded.certificate().getEncoded());
      if (Optional.ofNullable(fingerprints.get(number)).filter(found::equals).isEmpty()) {
        throw new IOException(
            GenerationFiles.of(dataDirectory, number).certificates()
                + " does not hold the CA that was prepared");
      }
      known.put(number, loaded);
    }
    return loaded;
  }

  private LocalCa read(int number) throws IOException {
    try {
      return LocalCa.of(
          CaSuccession.issuerId(LocalCaSettings.ISSUER_ID, number),
          GenerationFiles.of(dataDirectory, number).read(providers),
          publicUrl);
    } catch (KeyMaterialException e) {
      throw new IOException(e.reason() + "; " + e.hint(), e);
    }
  }
}
