package org.certctl.enroll;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.profile.KeyKind;
import org.jspecify.annotations.Nullable;

/// What a renewal takes over from the certificate that it renews: names and usages.
///
/// A request may name the same or fewer, and gets all names of its predecessor, byte for byte; so a
/// comparison that is too generous gives nobody another name (RN-3, A8).
final class PredecessorIdentity {

  private static final List<ASN1ObjectIdentifier> USAGES =
      List.of(Extension.keyUsage, Extension.extendedKeyUsage);

  private final X500Name subject;
  private final @Nullable Extensions extensions;

  PredecessorIdentity(IssuedCertificate predecessor) {
    this.subject = predecessor.holder().getSubject();
    this.extensions = predecessor.holder().getExtensions();
  }

  /// Whether the request names nothing beyond the predecessor.
  ///
  /// @throws IllegalArgumentException and the parser's other ways to report malformed extensions
  boolean coversNames(CertificateRequest request) {
    return coversSubject(request.subject())
        && coversSubjectAltNames(request.extensions().orElse(null));
  }

  private boolean coversSubject(X500Name wanted) {
    if (subject.equals(wanted)) {
      return true;
    }
    List<RDN> left = new ArrayList<>(List.of(subject.getRDNs()));
    for (RDN rdn : wanted.getRDNs()) {
      X500Name one = new X500Name(new RDN[] {rdn});
      Optional<RDN> same =
          left.stream().filter(own -> new X500Name(new RDN[] {own}).equals(one)).findFirst();
      if (same.isEmpty()) {
        return false;
      }
      left.remove(same.get());
    }
    return true;
  }

  private boolean coversSubjectAltNames(@Nullable Extensions wanted) {
    List<GeneralName> own = subjectAltNames(extensions);
    return subjectAltNames(wanted).stream()
        .allMatch(name -> own.stream().anyMatch(known -> isSame(known, name)));
  }

  private static List<GeneralName> subjectAltNames(@Nullable Extensions extensions) {
    Extension names = extension(extensions, Extension.subjectAlternativeName);
    return names == null
        ? List.of()
        : List.of(GeneralNames.getInstance(names.getParsedValue()).getNames());
  }

  private static boolean isSame(GeneralName one, GeneralName other) {
    if (one.getTagNo() != other.getTagNo()) {
      return false;
    }
    if (one.getTagNo() == GeneralName.dNSName) {
      return ((ASN1String) one.getName())
          .getString()
          .equalsIgnoreCase(((ASN1String) other.getName()).getString());
    }
    try {
      return Arrays.equals(one.getEncoded("DER"), other.getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// Whether the request asks for no usage beyond the predecessor's. A predecessor that names none
  /// bounds none.
  ///
  /// @throws IllegalArgumentException when an extension cannot be read
  boolean coversUsages(CertificateRequest request) {
    Extensions wanted = request.extensions().orElse(null);
    return coversKeyUsage(wanted, request.subjectPublicKeyInfo()) && coversExtendedKeyUsage(wanted);
  }

  private boolean coversKeyUsage(@Nullable Extensions wanted, SubjectPublicKeyInfo key) {
    if (extension(wanted, Extension.keyUsage) == null
        || extension(extensions, Extension.keyUsage) == null) {
      return true;
    }
    // What the key cannot do was left out of the predecessor too, whoever asked for it.
    int asked = bits(KeyUsage.fromExtensions(wanted)) & KeyKind.possibleUsage(key);
    return (asked & ~bits(KeyUsage.fromExtensions(extensions))) == 0;
  }

  /// The bits as the constants of {@link KeyUsage} have them.
  private static int bits(KeyUsage usage) {
    byte[] bytes = usage.getBytes();
    int bits = 0;
    for (int i = 0; i < Math.min(bytes.length, 2); i++) {
      bits |= (bytes[i] & 0xff) << (8 * i);
    }
    return bits;
  }

  private boolean coversExtendedKeyUsage(@Nullable Extensions wanted) {
    if (extension(wanted, Extension.extendedKeyUsage) == null
        || extension(extensions, Extension.extendedKeyUsage) == null) {
      return true;
    }
    ExtendedKeyUsage own = ExtendedKeyUsage.fromExtensions(extensions);
    for (KeyPurposeId purpose : ExtendedKeyUsage.fromExtensions(wanted).getUsages()) {
      if (!own.hasKeyPurposeId(purpose)) {
        return false;
      }
    }
    return true;
  }

  /// The request with the predecessor's names, and with its usages where the request names none.
  CertificateRequest appliedTo(CertificateRequest request) {
    List<Extension> all = new ArrayList<>();
    Extensions wanted = request.extensions().orElse(null);
    if (wanted != null) {
      for (ASN1ObjectIdentifier type : wanted.getExtensionOIDs()) {
        if (!type.equals(Extension.subjectAlternativeName)) {
          all.add(wanted.getExtension(type));
        }
      }
    }
    addOwn(Extension.subjectAlternativeName, all);
    for (ASN1ObjectIdentifier usage : USAGES) {
      if (extension(wanted, usage) == null) {
        addOwn(usage, all);
      }
    }
    return new CertificateRequest(
        request.digest(),
        subject,
        request.subjectPublicKeyInfo(),
        all.isEmpty()
            ? Optional.empty()
            : Optional.of(new Extensions(all.toArray(Extension[]::new))),
        request.validity());
  }

  private void addOwn(ASN1ObjectIdentifier type, List<Extension> all) {
    Extension own = extension(extensions, type);
    if (own != null) {
      all.add(own);
    }
  }

  private static @Nullable Extension extension(
      @Nullable Extensions extensions, ASN1ObjectIdentifier type) {
    return extensions == null ? null : extensions.getExtension(type);
  }
}
