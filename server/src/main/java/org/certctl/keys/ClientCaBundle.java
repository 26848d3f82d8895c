package org.certctl.keys;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.ClientVerdict;
import org.certctl.pki.Names;

/// CAs whose client certificates are trusted, from a PEM file. Cannot change; revocation is not
/// looked at.
public final class ClientCaBundle {

  private static final int MAX_CERTIFICATES = 100;
  private static final int MAX_PRESENTED = 10;
  private static final int DIGITAL_SIGNATURE = 0;
  private static final Set<String> CLIENT_USAGES =
      Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0"); // clientAuth, anyExtendedKeyUsage

  private final List<X509Certificate> cas;

  private ClientCaBundle(List<X509Certificate> cas) {
    this.cas = List.copyOf(cas);
  }

  /// Reads all certificates of a PEM file: at least one, each a CA's and none past its end.
  ///
  /// @throws KeyMaterialException when the file cannot be used
  public static ClientCaBundle read(Path file, Instant now) throws KeyMaterialException {
    List<X509CertificateHolder> certificates = PemFile.certificates(file);
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "there are more than " + MAX_CERTIFICATES + " certificates in " + file,
          "leave the CAs whose devices enroll here");
    }
    List<X509Certificate> cas = new ArrayList<>();
    for (X509CertificateHolder holder : certificates) {
      cas.add(ca(file, holder, now));
    }
    return new ClientCaBundle(cas);
  }

  private static X509Certificate ca(Path file, X509CertificateHolder holder, Instant now)
      throws KeyMaterialException {
    String name = "\"" + Names.text(holder.getSubject()) + "\" in " + file;
    X509Certificate certificate;
    try {
      certificate = new JcaX509CertificateConverter().getCertificate(holder);
    } catch (CertificateException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED, name + " cannot be read", "take it out, or get it anew", e);
    }
    if (certificate.getBasicConstraints() < 0) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          name + " is not the certificate of a CA",
          "put in the CA that issued the client certificates, not one of them");
    }
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new KeyMaterialException(
          Fault.EXPIRED,
          name + " expired on " + certificate.getNotAfter().toInstant(),
          "take it out, and put in the CA that issues client certificates now");
    }
    return certificate;
  }

  /// Judges what a client presented in the TLS handshake, which proves that it has the key: its
  /// certificate first, then what may lead to a CA (RFC 5280, section 6).
  ///
  /// A CA past its end vouches for nobody.
  public ClientVerdict judge(List<X509Certificate> presented, Instant now) {
    if (presented.isEmpty()) {
      return ClientVerdict.MISSING;
    }
    X509Certificate client = presented.getFirst();
    if (!isInForce(client, now)) {
      return ClientVerdict.NOT_IN_FORCE;
    }
    if (!isForClients(client)) {
      return ClientVerdict.NOT_FOR_CLIENTS;
    }
    return presented.size() <= MAX_PRESENTED && leadsToCa(presented, now)
        ? ClientVerdict.TRUSTED
        : ClientVerdict.UNTRUSTED;
  }

  private static boolean isInForce(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  private static boolean isForClients(X509Certificate certificate) {
    try {
      boolean[] usage = certificate.getKeyUsage();
      List<String> extended = certificate.getExtendedKeyUsage();
      return (usage == null || usage[DIGITAL_SIGNATURE])
          && (extended == null || extended.stream().anyMatch(CLIENT_USAGES::contains));
    } catch (CertificateException e) {
      return false;
    }
  }

  private boolean leadsToCa(List<X509Certificate> presented, Instant now) {
    Set<TrustAnchor> anchors =
        cas.stream()
            .filter(ca -> isInForce(ca, now))
            .map(ca -> new TrustAnchor(ca, null))
            .collect(Collectors.toUnmodifiableSet());
    if (anchors.isEmpty()) {
      return false;
    }
    X509CertSelector client = new X509CertSelector();
    client.setCertificate(presented.getFirst());
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, client);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(presented)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPathBuilder.getInstance("PKIX", "SUN").build(parameters);
      return true;
    } catch (CertPathBuilderException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("PKIX is a part of every JDK", e);
    }
  }

  /// The CAs in the order of the file, those past their end too.
  public List<X509Certificate> cas() {
    return cas;
  }
}
