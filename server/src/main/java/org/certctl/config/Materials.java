package org.certctl.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.certctl.keys.KeyLocation;

/// The files with keys and certificates that the configuration names, for the checks at start.
///
/// @param tls the TLS identity
/// @param localCa the CA here
/// @param laterCas the certificates of CAs that were prepared to follow it
/// @param registrationAuthorities one for each SCEP profile
/// @param connectorBundles one for each profile with connector challenges
/// @param clientCaBundles one for each profile that is served behind client certificates
/// @param noticeAuthorities who vouches for the servers that notices go to
/// @param ocspKey the key of OCSP responders that the operator supplies
/// @param auditKey the key that seals the audit trail
record Materials(
    Optional<PairOfFiles> tls,
    Optional<PairOfFiles> localCa,
    List<Path> laterCas,
    List<PairOfFiles> registrationAuthorities,
    List<NamedFile> connectorBundles,
    List<NamedFile> clientCaBundles,
    Optional<NamedFile> noticeAuthorities,
    Optional<NamedKey> ocspKey,
    NamedKey auditKey) {

  Materials {
    laterCas = List.copyOf(laterCas);
    registrationAuthorities = List.copyOf(registrationAuthorities);
    connectorBundles = List.copyOf(connectorBundles);
    clientCaBundles = List.copyOf(clientCaBundles);
  }

  /// A file and the option that names it.
  ///
  /// @param key the option
  /// @param path the file
  record NamedFile(String key, Path path) {}

  /// A private key and the option that names it.
  ///
  /// @param key the option
  /// @param location where the key is
  record NamedKey(String key, KeyLocation location) {}

  /// A certificate and its private key.
  ///
  /// @param certificate the certificate
  /// @param privateKey the key
  record PairOfFiles(NamedFile certificate, NamedKey privateKey) {}
}
