package org.certctl.bench;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// RSA-2048 keys for many devices, all different, made in a moment.
///
/// Making an RSA key is looking for two primes, which takes longer than the enrollment it is for.
/// Here a few primes are found and every pair of them is a key: 200 primes give 19,900 different
/// moduli. Whoever sees two such keys that share a prime can break both, so they are for load and
/// for nothing else.
final class DeviceKeys {

  private static final int PRIME_BITS = 1024;
  private static final BigInteger E = BigInteger.valueOf(65537);

  private final List<BigInteger> primes;
  private final KeyFactory factory;
  private int first;
  private int second = 1;

  private DeviceKeys(List<BigInteger> primes, KeyFactory factory) {
    this.primes = primes;
    this.factory = factory;
  }

  /// Finds primes enough for this many keys.
  static DeviceKeys atLeast(int count, Provider provider) throws GeneralSecurityException {
    var needed = 2;
    while ((long) needed * (needed - 1) / 2 < count) {
      needed++;
    }
    var random = new SecureRandom();
    var primes =
        IntStream.range(0, needed).parallel().mapToObj(_ -> prime(random)).distinct().toList();
    return new DeviceKeys(new ArrayList<>(primes), KeyFactory.getInstance("RSA", provider));
  }

  /// The next key; no two are the same.
  ///
  /// @throws IllegalStateException when there are no more
  synchronized KeyPair next() throws GeneralSecurityException {
    if (second >= primes.size()) {
      throw new IllegalStateException("no more keys");
    }
    var p = primes.get(first).max(primes.get(second));
    var q = primes.get(first).min(primes.get(second));
    if (++first == second) {
      first = 0;
      second++;
    }
    var modulus = p.multiply(q);
    var p1 = p.subtract(BigInteger.ONE);
    var q1 = q.subtract(BigInteger.ONE);
    var d = E.modInverse(p1.multiply(q1).divide(p1.gcd(q1)));
    var privateKey =
        factory.generatePrivate(
            new RSAPrivateCrtKeySpec(modulus, E, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p)));
    return new KeyPair(factory.generatePublic(new RSAPublicKeySpec(modulus, E)), privateKey);
  }

  /// A prime whose two highest bits are set, so that each product has 2048 bits, and for which the
  /// public exponent works.
  private static BigInteger prime(SecureRandom random) {
    while (true) {
      var prime = new BigInteger(PRIME_BITS, 100, random);
      var isLarge = prime.testBit(PRIME_BITS - 1) && prime.testBit(PRIME_BITS - 2);
      if (isLarge && !prime.mod(E).equals(BigInteger.ONE)) {
        return prime;
      }
    }
  }
}
