package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

final class CryptoProvidersTest {

  @Test
  void registersNothingAndEndsWithBouncyCastle() {
    List<Provider> before = Arrays.asList(Security.getProviders());
    CryptoProviders providers = CryptoProviders.detect();
    assertThat(Security.getProviders()).containsExactlyElementsOf(before);
    assertThat(providers.inOrder().getLast()).isInstanceOf(BouncyCastleProvider.class);
    assertThat(providers.inOrder()).containsAll(before);
  }

  @Test
  void prefersNativeCodeWhereItLoads() {
    CryptoProviders providers = CryptoProviders.detect();
    boolean linuxOnX64 =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    assertThat(providers.accelerated()).isEqualTo(linuxOnX64);
    assertThat(providers.toString()).contains("BC ");
  }

  @Test
  void offersOneProviderForAllServicesOfAKey() {
    BouncyCastleProvider bouncyCastle = new BouncyCastleProvider();
    Provider digestsOnly = Security.getProvider("SUN");
    CryptoProviders providers = CryptoProviders.of(List.of(digestsOnly, bouncyCastle));
    assertThat(providers.offering("KeyFactory.RSA", "Signature.SHA256withRSA"))
        .isSameAs(bouncyCastle);
    assertThat(providers.offering("MessageDigest.SHA-256")).isSameAs(digestsOnly);
    assertThatThrownBy(() -> providers.offering("Signature.NONSENSE"))
        .isInstanceOf(IllegalStateException.class);
  }
}
