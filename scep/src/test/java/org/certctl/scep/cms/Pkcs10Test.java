package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;

class Pkcs10Test {
  private static final X500Name SUBJECT = new X500Name("CN=device-1");
  private static final ASN1ObjectIdentifier NAME_VALUE =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.13.2.1");
  private static final ASN1ObjectIdentifier MICROSOFT =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.14");

  private static Pkcs10Builder request() {
    return new Pkcs10Builder(TestPki.CSR_KEYS, SUBJECT, TestPki.CRYPTO);
  }

  private static Pkcs10 parsed(Pkcs10Builder builder) throws ScepFormatException {
    return Pkcs10.parse(builder.build(), Limits.defaults());
  }

  private static void refused(Pkcs10Builder builder) {
    assertThatThrownBy(() -> parsed(builder)).isInstanceOf(ScepFormatException.class);
  }

  @Test
  void readsSubjectKeyAndNames() throws ScepFormatException {
    Pkcs10 csr = parsed(request().dnsName("a.example"));
    assertThat(csr.subject()).isEqualTo(SUBJECT);
    assertThat(csr.verify(TestPki.CRYPTO)).isTrue();
    assertThat(csr.verify(TestPki.JDK_CRYPTO)).isTrue();
    var extensions = csr.requestedExtensions().orElseThrow();
    assertThat(extensions.getExtension(Extension.subjectAlternativeName)).isNotNull();
    assertThat(csr.challengePasswords()).isEmpty();
  }

  @Test
  void CH1_readsChallengeInEveryStringTypeAsText() throws ScepFormatException {
    for (ASN1Encodable value :
        new ASN1Encodable[] {
          new DERPrintableString("pass word"),
          new DERUTF8String("pass word"),
          new DERIA5String("pass word"),
          new DERT61String("pass word"),
          new DERBMPString("pass word"),
          new DERUniversalString(utf32("pass word"))
        }) {
      assertThat(parsed(request().challenge(value)).challengePasswords())
          .containsExactly("pass word");
    }
    assertThat(parsed(request().challenge("grün_€")).challengePasswords())
        .containsExactly("grün_€");
    assertThat(
            parsed(request().challenge(new DERUniversalString(utf32("🔑")))).challengePasswords())
        .containsExactly("🔑");
  }

  private static byte[] utf32(String text) {
    int[] points = text.codePoints().toArray();
    var buffer = java.nio.ByteBuffer.allocate(points.length * 4);
    for (int point : points) {
      buffer.putInt(point);
    }
    return buffer.array();
  }

  @Test
  void CH1_refusesStringsThatAreNone() {
    refused(request().challenge(new ASN1Integer(1)));
    refused(request().challenge(new DERUniversalString(new byte[] {0, 0, 1})));
    refused(request().challenge(new DERUniversalString(new byte[] {127, 0, 0, 1})));
  }

  @Test
  void CH2_tellsAllChallenges() throws ScepFormatException {
    assertThat(parsed(request().challenge("one").challenge("two")).challengePasswords())
        .containsExactlyInAnyOrder("one", "two");
    var twoValues =
        request()
            .attribute(
                PKCSObjectIdentifiers.pkcs_9_at_challengePassword,
                new DERPrintableString("one"),
                new DERPrintableString("two"));
    assertThat(parsed(twoValues).challengePasswords()).hasSize(2);
  }

  @Test
  void CH10_takesLongChallenges() throws ScepFormatException {
    String token = "x".repeat(4096);
    assertThat(parsed(request().challenge(token)).challengePasswords()).containsExactly(token);
  }

  @Test
  void PR11_mergesBothKindsOfExtensionRequests() throws ScepFormatException {
    var constraints =
        new Extensions(
            new Extension(
                Extension.basicConstraints,
                true,
                SignedMessage.encode(new BasicConstraints(true), "DER")));
    Pkcs10 csr = parsed(request().dnsName("a.example").attribute(MICROSOFT, constraints));
    assertThat(csr.requestedExtensions().orElseThrow().getExtensionOIDs())
        .containsExactlyInAnyOrder(Extension.subjectAlternativeName, Extension.basicConstraints);
    refused(request().attribute(MICROSOFT, constraints).attribute(MICROSOFT, constraints));
  }

  @Test
  void doesNotVerifyWithAKeyOfAnotherKind() throws ScepFormatException {
    var mixed =
        new Pkcs10Builder(
            new java.security.KeyPair(
                TestPki.EC.keyPair().getPublic(), TestPki.CSR_KEYS.getPrivate()),
            SUBJECT,
            TestPki.CRYPTO);
    assertThat(parsed(mixed).verify(TestPki.CRYPTO)).isFalse();
  }

  @Test
  void PR11_takesAttributesInAnyOrder() throws ScepFormatException {
    var unknown = new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.3.6.1.4.1.311.13.2.3");
    var version = new org.bouncycastle.asn1.DERIA5String("10.0.19045.2");
    for (boolean challengeFirst : new boolean[] {true, false}) {
      var builder =
          new org.certctl.scep.client.Pkcs10Builder(
              TestPki.CSR_KEYS,
              new org.bouncycastle.asn1.x500.X500Name("CN=order"),
              TestPki.CRYPTO);
      if (challengeFirst) {
        builder.challenge("SECRET").attribute(unknown, version);
      } else {
        builder.attribute(unknown, version).challenge("SECRET");
      }
      Pkcs10 csr = Pkcs10.parse(builder.dnsName("a.example").build(), Limits.defaults());
      assertThat(csr.challengePasswords()).containsExactly("SECRET");
      assertThat(csr.requestedExtensions()).isPresent();
    }
  }

  @Test
  void readsTheValidityThatIntuneWrites() throws ScepFormatException {
    assertThat(validity("ValidityPeriod", "Years", "ValidityPeriodUnits", "2"))
        .contains(Duration.ofDays(730));
    assertThat(validity("validityperiod", "days", "ValidityPeriodUnits", "90"))
        .contains(Duration.ofDays(90));
    assertThat(validity("ValidityPeriod", "Fortnights", "ValidityPeriodUnits", "2")).isEmpty();
    assertThat(validity("ValidityPeriod", "Years", "ValidityPeriodUnits", "-1")).isEmpty();
    assertThat(validity("ValidityPeriod", "Years", "ValidityPeriodUnits", "99999999999")).isEmpty();
    assertThat(validity("ValidityPeriod", "Years", "Other", "1")).isEmpty();
    assertThat(parsed(request()).requestedValidity()).isEmpty();
    assertThat(parsed(request().attribute(NAME_VALUE, new ASN1Integer(1))).requestedValidity())
        .isEmpty();
  }

  private static Optional<Duration> validity(String... pair) throws ScepFormatException {
    return parsed(
            request()
                .attribute(NAME_VALUE, pair(pair[0], pair[1]))
                .attribute(NAME_VALUE, pair(pair[2], pair[3])))
        .requestedValidity();
  }

  private static ASN1Encodable pair(String name, String value) {
    return new DERSequence(new ASN1Encodable[] {new DERBMPString(name), new DERBMPString(value)});
  }
}
