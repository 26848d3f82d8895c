package org.certctl.setup;

import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.local.SharedCas;
import org.certctl.issuer.local.SharedCas.SharedCa;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;

/// All CAs in the database that the nodes share.
///
/// @param cas those that are there
public record CasInDatabase(SharedCas cas) implements CaPlace {

  private static final String OPTION = "CERTCTL_CA_KEY_PATH";

  @Override
  public CertificateChain chain(int number) throws KeyMaterialException, StoreUnavailableException {
    return read(number).chain();
  }

  @Override
  public KeyPairFiles read(int number) throws KeyMaterialException, StoreUnavailableException {
    return get(number).files();
  }

  @Override
  public Sha256 fingerprint(int number) throws KeyMaterialException, StoreUnavailableException {
    return get(number).fingerprint();
  }

  @Override
  public boolean isCertifiedElsewhere(int number) throws StoreUnavailableException {
    return cas.isCertifiedElsewhere(number);
  }

  private SharedCa get(int number) throws KeyMaterialException, StoreUnavailableException {
    return cas.find(number)
        .orElseThrow(() -> KeyMaterialException.notInDatabase(OPTION, nameOf(number)));
  }

  @Override
  public String nameOf(int number) {
    return "CA " + number;
  }
}
