package org.certctl.profile;

import java.math.BigInteger;

/// Recognises RSA moduli of the generator broken by CVE-2017-15361 ("ROCA").
///
/// Such primes are powers of 65537 modulo small primes, and so is their product: a modulus whose
/// residues all lie in the subgroups made by 65537 is one of theirs (a random modulus passes all 17
/// primes with a chance below 2^-27).
final class RocaFingerprint {

  private static final int[] PRIMES = {
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157
  };
  private static final boolean[][] SUBGROUPS = subgroups();

  private RocaFingerprint() {}

  static boolean matches(BigInteger modulus) {
    for (int i = 0; i < PRIMES.length; i++) {
      int residue = modulus.mod(BigInteger.valueOf(PRIMES[i])).intValue();
      if (!SUBGROUPS[i][residue]) {
        return false;
      }
    }
    return true;
  }

  private static boolean[][] subgroups() {
    boolean[][] subgroups = new boolean[PRIMES.length][];
    for (int i = 0; i < PRIMES.length; i++) {
      int prime = PRIMES[i];
      boolean[] members = new boolean[prime];
      int power = 1;
      do {
        members[power] = true;
        power = (int) ((long) power * 65537 % prime);
      } while (power != 1);
      subgroups[i] = members;
    }
    return subgroups;
  }
}
