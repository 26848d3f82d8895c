package org.certctl.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;

/// Makes the CA that is to take the place of the present one, built as that is: a root with an
/// issuing CA below it, or one CA that is its own root.
///
/// Its files are built beside their place and appear there complete, by one rename.
public final class NextCa {

  private static final int SIGNING = KeyUsage.keyCertSign | KeyUsage.cRLSign;
  private static final int[] CARRIED_OVER = {
    KeyUsage.digitalSignature, KeyUsage.keyEncipherment, KeyUsage.keyCertSign, KeyUsage.cRLSign
  };
  private static final int MAX_COMMON_NAME_LENGTH = 64;
  private static final Pattern GENERATION = Pattern.compile(" G\\d+$");

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;
  private final KeyEncryption encryption;

  /// Takes what making keys and certificates needs, and how the keys are kept.
  public NextCa(
      CryptoProviders providers, Clock clock, SecureRandom random, KeyEncryption encryption) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
    this.encryption = encryption;
  }

  /// What the next CA is to be like.
  ///
  /// @param number the number of its generation; stands in its names
  /// @param keyType the kind of its keys
  /// @param upperKey the key of the CA above the present issuing CA, when that is to stay; absent
  ///   to make a new root too
  public record Order(int number, KeyType keyType, Optional<SigningKey> upperKey) {}

  /// Makes it. When this returns, its files are on disk; when it throws, none of them is.
  ///
  /// @param present the chain of the present CA
  /// @return the new chain
  /// @throws IllegalArgumentException when the key is not that of the CA above the present one
  /// @throws IOException when the file system refuses
  public CertificateChain make(Path dataDirectory, CertificateChain present, Order order)
      throws IOException {
    if (order.upperKey().isPresent()
        && (present.certificates().size() < 2
            || !order.upperKey().get().belongsTo(present.certificates().get(1)))) {
      throw new IllegalArgumentException(
          "the key is not that of a CA above " + present.first().getSubject());
    }
    return GenerationFiles.create(
        dataDirectory, order.number(), random, files -> build(files, present, order));
  }

  private CertificateChain build(GenerationFiles files, CertificateChain present, Order order)
      throws IOException {
    SigningKey key = SigningKey.generate(order.keyType(), providers, random);
    List<X509CertificateHolder> chain = new ArrayList<>();
    if (present.certificates().size() == 1) {
      chain.add(root(present.first(), order.number(), key));
    } else {
      Authority upper;
      if (order.upperKey().isPresent()) {
        upper = new Authority(present.certificates().get(1), order.upperKey().get());
        chain.addAll(present.certificates().subList(1, present.certificates().size()));
      } else {
        SigningKey rootKey = SigningKey.generate(order.keyType(), providers, random);
        upper = new Authority(root(present.last(), order.number(), rootKey), rootKey);
        chain.add(upper.certificate());
        encryption.write(rootKey, files.rootKey(), random);
      }
      chain.addFirst(issuing(present.first(), order.number(), upper, key));
    }
    CertificateChain made = new CertificateChain(chain);
    encryption.write(key, files.key(), random);
    CertificateChain.of(made.last()).write(files.root());
    made.write(files.certificates());
    return made;
  }

  private X509CertificateHolder root(X509CertificateHolder present, int number, SigningKey key)
      throws IOException {
    return new AuthorityCertificates(clock.instant(), random)
        .root(
            name(present.getSubject(), number),
            key.publicKeyInfo(),
            key,
            clock.instant().plus(lifetime(present)),
            usage(present, key),
            CaLimits.in(present));
  }

  private X509CertificateHolder issuing(
      X509CertificateHolder present, int number, Authority upper, SigningKey key)
      throws IOException {
    Instant end = clock.instant().plus(lifetime(present));
    Instant upperEnd = upper.certificate().getNotAfter().toInstant();
    return new AuthorityCertificates(clock.instant(), random)
        .issuingCa(
            upper,
            name(present.getSubject(), number),
            key.publicKeyInfo(),
            end.isBefore(upperEnd) ? end : upperEnd,
            usage(present, key),
            CaLimits.in(present).withPathLength(0),
            Optional.empty());
  }

  private static Duration lifetime(X509CertificateHolder certificate) {
    return Duration.between(
        certificate.getNotBefore().toInstant().plus(AuthorityCertificates.BACKDATED),
        certificate.getNotAfter().toInstant());
  }

  /// What the present CA's key may do, as far as the new one can.
  private static int usage(X509CertificateHolder present, SigningKey key) {
    KeyUsage old = KeyUsage.fromExtensions(present.getExtensions());
    int usage = SIGNING;
    for (int each : CARRIED_OVER) {
      boolean possible = each != KeyUsage.keyEncipherment || key.isRsa();
      if (old != null && possible && old.hasUsages(each)) {
        usage |= each;
      }
    }
    return usage;
  }

  /// The present name with the number of the generation: another name, so that no client takes one
  /// CA for the other.
  public static X500Name name(X500Name present, int number) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
    String commonName = "CA";
    for (RDN part : present.getRDNs()) {
      if (!part.isMultiValued() && part.getFirst().getType().equals(BCStyle.CN)) {
        commonName = IETFUtils.valueToString(part.getFirst().getValue()).replace("\\", "");
      } else {
        name.addMultiValuedRDN(part.getTypesAndValues());
      }
    }
    String suffix = " G" + number;
    String stem = GENERATION.matcher(commonName).replaceFirst("");
    int length = Math.min(stem.length(), MAX_COMMON_NAME_LENGTH - suffix.length());
    return name.addRDN(BCStyle.CN, stem.substring(0, length) + suffix).build();
  }
}
