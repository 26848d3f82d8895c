package org.certctl.setup;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.certctl.keys.KeyType;
import org.certctl.pki.CaLimits;
import org.certctl.pki.CaNameConstraints;

/// What a new data directory is to be like.
///
/// @param directory where it is made; must not exist, or be empty
/// @param hosts the names and addresses that devices will use for this server, the most important
///   first; at least one
/// @param caKeyType the kind of key of the root and the issuing CA
/// @param organization the name that stands in the certificates of the CAs
/// @param ca what CAs are made
public record SetupRequest(
    Path directory, List<String> hosts, KeyType caKeyType, String organization, CaSetup ca) {

  private static final int MAX_ORGANIZATION_LENGTH = 40;

  /// What CAs a new data directory has.
  ///
  /// @param isSubordinate whether another CA is to certify the issuing CA: then there is its key
  ///   and a request, and no root
  /// @param rootKeyFile where the root's key is written; absent for the data directory
  /// @param rootLimits what the root allows below it
  /// @param names which names the issuing CA may certify; absent for all
  /// @param publicUrl where others find CRLs; absent when certificates are to say nothing
  public record CaSetup(
      boolean isSubordinate,
      Optional<Path> rootKeyFile,
      CaLimits rootLimits,
      Optional<NameConstraints> names,
      Optional<String> publicUrl) {

    /// A root and an issuing CA without constraints, both keys in the data directory.
    public static CaSetup defaults() {
      return new CaSetup(
          false, Optional.empty(), CaLimits.none(), Optional.empty(), Optional.empty());
    }
  }

  /// One with a root and an issuing CA without constraints.
  public SetupRequest(Path directory, List<String> hosts, KeyType caKeyType, String organization) {
    this(directory, hosts, caKeyType, organization, CaSetup.defaults());
  }

  /// @throws IllegalArgumentException when there is no host, a host is neither a DNS name nor an
  ///   address, or the organization is empty, longer than 40 characters, or holds control
  ///   characters
  public SetupRequest {
    hosts = List.copyOf(new LinkedHashSet<>(hosts));
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("at least one host is needed");
    }
    hosts.forEach(Host::of);
    if (organization.isBlank()
        || organization.length() > MAX_ORGANIZATION_LENGTH
        || organization.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the organization needs 1 to " + MAX_ORGANIZATION_LENGTH + " printable characters");
    }
  }

  /// Whether name constraints leave room for a host.
  public static boolean allows(CaLimits limits, String host) {
    return limits.names().stream()
        .allMatch(
            names ->
                CaNameConstraints.of(names)
                    .notAllowed(
                        new X500Name(new RDN[0]),
                        Optional.of(new GeneralNames(Host.of(host).generalName())))
                    .isEmpty());
  }

  /// Whether a text can be a host: a DNS name or an address.
  public static boolean isHost(String text) {
    try {
      Host.of(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
