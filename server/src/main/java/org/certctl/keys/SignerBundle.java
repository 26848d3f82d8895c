package org.certctl.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.Names;

/// Certificates whose keys are trusted to sign: each for itself, whoever issued it.
///
/// Signatures are RS256 with RSA keys of 2048 bits or more, or ES256 with keys on P-256 (RFC 7518,
/// section 3.1); a certificate with another key is refused. Cannot change.
public final class SignerBundle {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int MAX_CERTIFICATES = 100;

  /// A certificate and its key, ready to verify.
  ///
  /// @param certificate the certificate
  /// @param key its key
  /// @param subject its subject as text, safe in a log line
  /// @param notBefore the first instant of validity
  /// @param notAfter the last second of validity
  public record Signer(
      X509CertificateHolder certificate,
      VerificationKey key,
      String subject,
      Instant notBefore,
      Instant notAfter) {

    /// What the certificate says is read once and not at every signature.
    static Signer of(X509CertificateHolder certificate, VerificationKey key) {
      return new Signer(
          certificate,
          key,
          Names.text(certificate.getSubject()),
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant());
    }

    /// Whether the certificate is in force at this instant, the last second of its validity
    /// included.
    public boolean isInForce(Instant now) {
      return !now.isBefore(notBefore) && !now.isAfter(notAfter);
    }
  }

  private final List<Signer> signers;

  private SignerBundle(List<Signer> signers) {
    this.signers = List.copyOf(signers);
  }

  /// Reads all certificates of a PEM file; at least one.
  ///
  /// @throws KeyMaterialException when the file is missing, unreadable, or holds no certificate, or
  ///   one whose key cannot be used
  public static SignerBundle read(Path file, CryptoProviders providers)
      throws KeyMaterialException {
    List<X509CertificateHolder> certificates = PemFile.certificates(file);
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "there are more than " + MAX_CERTIFICATES + " certificates in " + file,
          "leave those of the signers in use");
    }
    List<Signer> signers = new ArrayList<>();
    for (X509CertificateHolder certificate : certificates) {
      signers.add(signer(file, certificate, providers));
    }
    return new SignerBundle(signers);
  }

  private static Signer signer(
      Path file, X509CertificateHolder certificate, CryptoProviders providers)
      throws KeyMaterialException {
    VerificationKey key;
    try {
      key = VerificationKey.of(certificate.getSubjectPublicKeyInfo(), providers);
    } catch (KeyMaterialException e) {
      throw unusable(file, certificate);
    }
    if (!key.isP256() && !(key.isRsa() && hasSoundSize(certificate))) {
      throw unusable(file, certificate);
    }
    return Signer.of(certificate, key);
  }

  private static boolean hasSoundSize(X509CertificateHolder certificate) {
    try {
      int bits =
          ((RSAKeyParameters) PublicKeyFactory.createKey(certificate.getSubjectPublicKeyInfo()))
              .getModulus()
              .bitLength();
      return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static KeyMaterialException unusable(Path file, X509CertificateHolder certificate) {
    return new KeyMaterialException(
        Fault.UNSUPPORTED,
        "the key of \""
            + Names.text(certificate.getSubject())
            + "\" in "
            + file
            + " cannot sign what is taken here",
        "use RSA of " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + " bits (RS256) or P-256 (ES256)");
  }

  /// All of them, in force or not.
  public List<Signer> signers() {
    return signers;
  }

  /// Refuses a bundle with a certificate past its end: whoever put it in force would find out only
  /// by its failures.
  ///
  /// @throws KeyMaterialException when there is one
  public void requireNoneExpired(Path file, Instant now) throws KeyMaterialException {
    for (Signer signer : signers) {
      if (now.isAfter(signer.notAfter())) {
        throw new KeyMaterialException(
            Fault.EXPIRED,
            "\"" + signer.subject() + "\" in " + file + " expired on " + signer.notAfter(),
            "take it out, and put in the certificate that its owner signs with now");
      }
    }
  }
}
