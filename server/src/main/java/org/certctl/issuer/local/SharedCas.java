package org.certctl.issuer.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Sha256;

/// The CAs of an installation in the database that its nodes share: each with its key and its
/// chain, sealed together, so that whoever can write the database can give no CA another chain.
///
/// @param keys where they are
/// @param providers use the keys
/// @param sealing seals and opens them
public record SharedCas(SealedKeys keys, CryptoProviders providers, KeySealing sealing) {

  private static final String SCOPE = "ca";
  private static final String CERTIFIED_ELSEWHERE = "certified-elsewhere/";

  /// A CA that is there.
  ///
  /// @param number that of its generation, 1 for the first
  /// @param fingerprint SHA-256 of its certificate as it was when the CA was prepared
  /// @param files its key and its chain
  public record SharedCa(int number, Sha256 fingerprint, KeyPairFiles files) {}

  /// What became of a CA that was to be shared.
  public enum Outcome {
    /// It is there now.
    ADDED,
    /// It was there, and has another chain now.
    RENEWED,
    /// It was there.
    PRESENT,
    /// Another CA is there under its number, and stays.
    ANOTHER
  }

  /// The numbers of those that are there, in ascending order.
  public List<Integer> numbers() throws StoreUnavailableException {
    return keys.keys(SCOPE).stream().map(each -> Math.toIntExact(each.number())).toList();
  }

  /// A CA, if it is there.
  ///
  /// @param number that of its generation
  /// @throws KeyMaterialException when it was sealed under another encryption key, or altered
  public Optional<SharedCa> find(int number)
      throws StoreUnavailableException, KeyMaterialException {
    for (SealedKey each : keys.keys(SCOPE)) {
      if (each.number() == number) {
        return Optional.of(opened(each));
      }
    }
    return Optional.empty();
  }

  private SharedCa opened(SealedKey sealed) throws KeyMaterialException {
    byte[] content = sealing.open(sealed);
    try {
      ASN1Sequence both = ASN1Sequence.getInstance(content);
      byte[] pkcs8 = both.getObjectAt(0).toASN1Primitive().getEncoded();
      SigningKey key = SigningKey.ofPkcs8(pkcs8, sealed.sealedAs(), providers);
      Arrays.fill(pkcs8, (byte) 0);
      List<X509CertificateHolder> chain = new ArrayList<>();
      for (ASN1Encodable each : ASN1Sequence.getInstance(both.getObjectAt(1))) {
        chain.add(new X509CertificateHolder(each.toASN1Primitive().getEncoded()));
      }
      return new SharedCa(
          Math.toIntExact(sealed.number()),
          Sha256.over(sealed.certificate().octets()),
          new KeyPairFiles(key, new CertificateChain(chain)));
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw KeyMaterialException.malformedInDatabase("CA " + sealed.number(), e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /// Puts a CA there, or another chain for one that is there, and tells the audit trail of it. When
  /// this returns, both are durable.
  ///
  /// @param number that of its generation
  /// @param prepared its certificate as it was when it was prepared
  /// @param files its key, in memory, and its chain
  /// @throws KeyMaterialException when the one that is there cannot be opened
  public Outcome share(
      int number, X509CertificateHolder prepared, KeyPairFiles files, AuditEvent event)
      throws StoreUnavailableException, KeyMaterialException {
    if (add(number, prepared, files, event)) {
      return Outcome.ADDED;
    }
    for (SealedKey each : keys.keys(SCOPE)) {
      if (each.number() == number) {
        KeyPairFiles there = opened(each).files();
        if (!files.hasSameNameAndKey(there.chain().first())) {
          return Outcome.ANOTHER;
        }
        if (there.chain().equals(files.chain())) {
          return Outcome.PRESENT;
        }
        keys.replace(
            sealing.seal(SCOPE, number, each.certificate(), content(files)),
            sealing::isInForce,
            event);
        return Outcome.RENEWED;
      }
    }
    return Outcome.ANOTHER;
  }

  /// Puts a CA there, and tells the audit trail of it. When this returns true, both are durable.
  ///
  /// @param number that of its generation
  /// @param prepared its certificate as it was when it was prepared
  /// @param files its key, in memory, and its chain
  /// @return false, with nothing changed, when there is one of that number
  public boolean add(
      int number, X509CertificateHolder prepared, KeyPairFiles files, AuditEvent event)
      throws StoreUnavailableException {
    ByteString certificate = ByteString.of(encoded(prepared));
    return keys.add(
        sealing.seal(SCOPE, number, certificate, content(files)), sealing::isInForce, event);
  }

  /// Takes away a CA that was put there and never used.
  ///
  /// @param number that of its generation
  public void remove(int number) throws StoreUnavailableException {
    keys.forget(SCOPE, CERTIFIED_ELSEWHERE + number);
    keys.remove(SCOPE, number);
  }

  /// Notes that another CA has certified this one.
  ///
  /// @param number that of its generation
  public void noteCertifiedElsewhere(int number) throws StoreUnavailableException {
    var _ = keys.noteOnce(SCOPE, CERTIFIED_ELSEWHERE + number, ByteString.of(new byte[] {1}));
  }

  /// Whether that was noted.
  ///
  /// @param number that of its generation
  public boolean isCertifiedElsewhere(int number) throws StoreUnavailableException {
    return keys.noted(SCOPE, CERTIFIED_ELSEWHERE + number).isPresent();
  }

  private static byte[] content(KeyPairFiles files) {
    byte[] pkcs8 = files.key().revealPkcs8();
    try {
      ASN1Encodable[] chain =
          files.chain().certificates().stream()
              .map(X509CertificateHolder::toASN1Structure)
              .toArray(ASN1Encodable[]::new);
      return new DERSequence(
              new ASN1Encodable[] {ASN1Sequence.getInstance(pkcs8), new DERSequence(chain)})
          .getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static byte[] encoded(X509CertificateHolder certificate) {
    try {
      return certificate.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }
}
