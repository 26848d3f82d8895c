package org.certctl.enroll;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// Enrollments for tests of stores: everything about one follows from its name.
public final class Enrollments {

  /// When all of it happens.
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

  private Enrollments() {}

  /// What is open in a store, oldest first, read one by one as the recovery does.
  public static List<Intent> open(EnrollmentStore store) throws StoreUnavailableException {
    List<Intent> intents = new ArrayList<>();
    for (IntentId id : store.openIntents()) {
      intents.add(store.findOpen(id).orElseThrow());
    }
    return intents;
  }

  /// A transaction of this name on the endpoint `default`.
  public static TransactionKey key(String name) {
    return new TransactionKey("default", name.getBytes(StandardCharsets.UTF_8), digest(name));
  }

  /// An intent for the transaction of this name.
  public static Intent intent(String name, ChallengeClaim... claims) {
    return new Intent(
        new IntentId(UUID.randomUUID()),
        key(name),
        digest(name + " requester"),
        digest(name + " challenge"),
        serial(name),
        ByteString.of(("approved " + name).getBytes(StandardCharsets.UTF_8)),
        facts(name),
        List.of(claims),
        Optional.empty(),
        NOW);
  }

  /// An intent for the renewal of the certificate of another name.
  public static Intent renewal(String name, String predecessor) {
    return renewal(name, certificate(predecessor));
  }

  /// An intent for the renewal of a certificate.
  public static Intent renewal(String name, IssuedCertificate predecessor) {
    Intent plain = intent(name);
    return new Intent(
        plain.id(),
        plain.key(),
        plain.requesterKeyDigest(),
        plain.challengeMac(),
        plain.serialNumber(),
        plain.approvedRequest(),
        plain.facts(),
        plain.claims(),
        Optional.of(predecessor.fingerprint()),
        plain.at());
  }

  /// A claim of this name that ends an hour from now.
  public static ChallengeClaim claim(String name) {
    return new ChallengeClaim("onetime", digest(name), NOW.plus(Duration.ofHours(1)));
  }

  /// What the audit trail tells of the transaction of this name.
  public static EnrollmentFacts facts(String name) {
    return new EnrollmentFacts(
        "SCEP",
        "scep_pkcsreq",
        "default",
        name,
        "device-" + name,
        "CN=" + name + ",O=Größe",
        List.of("DNS:" + name + ".example", "URI:urn:x,y"),
        digest(name + " key").hex(),
        digest(name + " requester").hex(),
        "iss-local",
        "prof-default",
        "",
        new Origin("req-" + name, "192.0.2.7", "agent/1.0"));
  }

  /// The same of a transaction that a connector challenge authorised.
  public static EnrollmentFacts connectorFacts(String name) {
    EnrollmentFacts plain = facts(name);
    return new EnrollmentFacts(
        plain.protocol(),
        plain.action(),
        plain.endpoint(),
        plain.transactionId(),
        plain.device(),
        plain.subject(),
        plain.subjectAltNames(),
        plain.subjectKeyDigest(),
        plain.requesterKeyDigest(),
        plain.issuerId(),
        plain.profileId(),
        plain.renews(),
        plain.origin(),
        "_intune",
        evidence(name));
  }

  private static SequencedMap<String, String> evidence(String name) {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("claim_subject", "größe " + name);
    evidence.put("names_found", "");
    return evidence;
  }

  /// The events of step 4.
  public static List<AuditEvent> intended(String name) {
    return List.of(new AuditEvent.EnrollmentIntended(NOW, facts(name), serial(name).hex()));
  }

  /// The events of step 6.
  public static List<AuditEvent> issued(String name) {
    IssuedCertificate certificate = certificate(name);
    return List.of(
        new AuditEvent.CertificateIssued(
            NOW,
            facts(name),
            serial(name).hex(),
            certificate.fingerprint().hex(),
            certificate.notBefore(),
            certificate.notAfter()));
  }

  /// The events of a release.
  public static List<AuditEvent> released(String name) {
    return List.of(
        new AuditEvent.EnrollmentReleased(
            NOW, facts(name), serial(name).hex(), "issuer_unavailable", "no answer"));
  }

  /// The serial number of the certificate of this name.
  public static SerialNumber serial(String name) {
    return new SerialNumber(new BigInteger(1, digest(name).octets()).shiftRight(128).setBit(0));
  }

  /// The certificate of this name, valid for thirty days from now; its signature is none.
  public static IssuedCertificate certificate(String name) {
    return certificate(name, NOW.plus(Duration.ofDays(30)));
  }

  /// The certificate of this name with this end.
  public static IssuedCertificate certificate(String name, Instant notAfter) {
    return certificate(name, notAfter, Optional.empty());
  }

  /// The certificate of this name with the URL of a CRL.
  public static IssuedCertificate naming(String name, String crl) {
    return certificate(name, NOW.plus(Duration.ofDays(30)), Optional.of(crl));
  }

  private static IssuedCertificate certificate(
      String name, Instant notAfter, Optional<String> crl) {
    try {
      AlgorithmIdentifier algorithm =
          new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, name + ".example")));
      if (crl.isPresent()) {
        extensions.addExtension(
            Extension.cRLDistributionPoints, false, StatusLocations.distributionPoints(crl.get()));
      }
      V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
      generator.setSerialNumber(new ASN1Integer(serial(name).value()));
      generator.setSignature(algorithm);
      generator.setIssuer(new X500Name("CN=Test CA"));
      generator.setStartDate(new Time(Date.from(NOW)));
      generator.setEndDate(new Time(Date.from(notAfter)));
      generator.setSubject(new X500Name("CN=" + name));
      generator.setSubjectPublicKeyInfo(
          new SubjectPublicKeyInfo(
              new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey),
              digest(name + " key").octets()));
      generator.setExtensions(extensions.generate());
      ASN1EncodableVector certificate = new ASN1EncodableVector();
      certificate.add(generator.generateTBSCertificate());
      certificate.add(algorithm);
      certificate.add(new DERBitString(new byte[256]));
      return IssuedCertificate.ofDer(new DERSequence(certificate).getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// SHA-256 of a text.
  public static Sha256 digest(String text) {
    return Sha256.over(text.getBytes(StandardCharsets.UTF_8));
  }
}
