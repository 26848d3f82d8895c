package org.certctl.setup;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import org.certctl.keys.KeyType;

/// What a new data directory is to be like.
///
/// @param directory where it is made; must not exist, or be empty
/// @param hosts the names and addresses that devices will use for this server, the most important
///   first; at least one
/// @param caKeyType the kind of key of the root and the issuing CA
/// @param organization the name that stands in the certificates of the CAs
public record SetupRequest(
    Path directory, List<String> hosts, KeyType caKeyType, String organization) {

  private static final int MAX_ORGANIZATION_LENGTH = 40;

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
