package org.certctl.keys;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.certctl.keys.pkcs11.Pkcs11Tokens;

/// The cryptographic providers of this process in order of preference, and its tokens.
///
/// Chosen once and passed explicitly; nothing is ever registered with the platform. First the
/// Amazon Corretto Crypto Provider where its native library loads, then the JDK's own providers,
/// last Bouncy Castle for what the others lack.
public final class CryptoProviders {

  private final List<Provider> inOrder;
  private final Pkcs11Tokens tokens = new Pkcs11Tokens();

  private CryptoProviders(List<Provider> inOrder) {
    this.inOrder = List.copyOf(inOrder);
  }

  /// The providers that work on this machine.
  public static CryptoProviders detect() {
    List<Provider> found = new ArrayList<>();
    corretto().ifPresent(found::add);
    found.addAll(List.of(Security.getProviders()));
    found.add(new BouncyCastleProvider());
    return new CryptoProviders(found);
  }

  /// Exactly these, in this order.
  ///
  /// @throws IllegalArgumentException when the list is empty
  public static CryptoProviders of(List<Provider> inOrder) {
    if (inOrder.isEmpty()) {
      throw new IllegalArgumentException("at least one provider is needed");
    }
    return new CryptoProviders(inOrder);
  }

  private static Optional<Provider> corretto() {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      return provider.getLoadingError() == null ? Optional.of(provider) : Optional.empty();
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }

  /// All of them, best first.
  public List<Provider> inOrder() {
    return inOrder;
  }

  /// The PKCS #11 tokens whose keys are in use.
  public Pkcs11Tokens tokens() {
    return tokens;
  }

  /// Whether RSA and EC run in native code.
  public boolean accelerated() {
    return inOrder.getFirst() instanceof AmazonCorrettoCryptoProvider;
  }

  /// The first provider that offers every one of these services, each written as type and
  /// algorithm, e.g. `KeyFactory.RSA`: a key must be made and used by the same provider, because a
  /// foreign key is converted at each use.
  ///
  /// @throws IllegalStateException when none does, which no platform with Bouncy Castle in the list
  ///   brings about for the algorithms used here
  public Provider offering(String... services) {
    for (Provider provider : inOrder) {
      if (offersAll(provider, services)) {
        return provider;
      }
    }
    throw new IllegalStateException("no cryptographic provider offers " + List.of(services));
  }

  private static boolean offersAll(Provider provider, String... services) {
    for (String service : services) {
      int dot = service.indexOf('.');
      if (provider.getService(service.substring(0, dot), service.substring(dot + 1)) == null) {
        return false;
      }
    }
    return true;
  }

  /// The names with versions, best first: for a log line.
  @Override
  public String toString() {
    return inOrder.stream()
        .map(provider -> provider.getName() + " " + provider.getVersionStr())
        .collect(Collectors.joining(", "));
  }
}
