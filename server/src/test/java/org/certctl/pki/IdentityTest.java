package org.certctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How identities are compared (CH-6, SEC-11).
class IdentityTest {

  @Test
  void ch6_theStringTypeOfAValueDoesNotCount() {
    for (ASN1Encodable value :
        List.of(
            new DERUTF8String("dev"),
            new DERPrintableString("dev"),
            new DERIA5String("dev"),
            new DERT61String("dev"),
            new DERBMPString("dev"),
            new DERUniversalString("dev".getBytes(StandardCharsets.UTF_32BE)))) {
      X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, value).build();
      assertThat(of(name).matches(subject("CN=dev"))).as(value.getClass().getName()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=dev | CN=Dev",
        "CN=dev | 'CN=dev\\ '",
        "CN=dev | O=dev",
        "CN=dev | CN=dev,O=corp",
        "CN=dev | CN=dev,CN=admin",
        "CN=dev | ''",
        "CN=dev,O=a,OU=b | O=a,CN=dev,OU=b",
        "CN=dev+O=a | CN=dev,O=a"
      })
  void ch6_anyOtherSubjectIsAnother(String one, String other) {
    assertThat(subject(one).matches(subject(other))).isFalse();
    assertThat(subject(other).matches(subject(one))).isFalse();
  }

  @Test
  void ch6_theSubjectMayStandInEitherOrder() {
    assertThat(subject("CN=dev,OU=phones,O=a").matches(subject("O=a,OU=phones,CN=dev"))).isTrue();
    assertThat(subject("CN=dev+O=a").matches(subject("O=a+CN=dev"))).isTrue();
  }

  @Test
  void ch6_aValueThatIsNoTextIsNotTheTextOfItsOctets() {
    X500Name bits =
        new X500NameBuilder().addRDN(BCStyle.CN, new DERBitString(new byte[] {1})).build();
    assertThat(of(bits).matches(of(bits))).isTrue();
    assertThat(of(bits).matches(subject("CN=03020001"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "dns:host.example, dns:HOST.Example",
    "email:ann@corp.example, EMAIL:ann@CORP.example",
    "upn:ann@corp.example, upn:Ann@Corp.Example",
    "ip:192.0.2.7, ip:192.0.2.7",
    "ip:2001:db8::1, ip:2001:0db8:0:0::1",
    "uri:urn:uuid:1, uri:urn:uuid:1"
  })
  void ch6_namesAreComparedDecoded(String one, String other) {
    assertThat(names(one).matches(names(other))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "dns:host.example, dns:host.example.",
    "dns:host.example, uri:host.example",
    "email:ann@corp.example, email:Ann@corp.example",
    "email:ann@corp.example, upn:ann@corp.example",
    "uri:urn:a, uri:URN:a",
    "ip:192.0.2.7, ip:::ffff:c000:207",
    // A Kelvin sign is no K, although lower case of Unicode makes them one.
    "upn:k@corp.example, upn:\u212A@corp.example"
  })
  void ch6_anyOtherNameIsAnother(String one, String other) {
    assertThat(names(one).matches(names(other))).isFalse();
  }

  @Test
  void ch6_namesAreASet() {
    assertThat(names("dns:a.example", "upn:b").matches(names("upn:b", "dns:a.example"))).isTrue();
    assertThat(names("dns:a.example", "dns:a.example").matches(names("dns:a.example"))).isTrue();
    assertThat(names("dns:a.example").matches(names("dns:a.example", "dns:b.example"))).isFalse();
    assertThat(names("dns:a.example").matches(names())).isFalse();
  }

  @Test
  void ch6_anOtherNameIsAUserPrincipalNameOnlyWithItsOwnType() {
    GeneralName upn = otherName(SubjectAltNames.UPN.getId(), new DERUTF8String("ann@corp.example"));
    GeneralName bmp = otherName(SubjectAltNames.UPN.getId(), new DERBMPString("ann@corp.example"));
    GeneralName foreign = otherName("1.2.3.4", new DERUTF8String("ann@corp.example"));
    GeneralName octets =
        otherName(
            SubjectAltNames.UPN.getId(),
            new DEROctetString("ann@corp.example".getBytes(StandardCharsets.UTF_8)));
    Identity expected = names("upn:ann@corp.example");

    assertThat(expected.matches(of(upn))).isTrue();
    assertThat(expected.matches(of(bmp))).isTrue();
    assertThat(expected.matches(of(foreign))).isFalse();
    assertThat(expected.matches(of(octets))).isFalse();
  }

  @Test
  void ch6_aDirectoryNameEqualsNothingThatCanBeBound() {
    GeneralName directory = new GeneralName(new X500Name("CN=admin"));
    assertThat(of(directory).matches(names())).isFalse();
    assertThat(of(directory).matches(of(directory))).isTrue();
  }

  @Test
  void readsTheIdentityOfARequest() {
    CertificateRequest request =
        TestRequests.of(
            "CN=dev",
            TestRequests.P_256,
            TestRequests.extension(
                Extension.subjectAlternativeName,
                new GeneralNames(SubjectAltNames.parse("dns:dev.example"))));
    assertThat(Identity.of(request).names())
        .containsExactly(new Identity.Name("dns", "dev.example"));
  }

  @Test
  void refusesNamesThatCannotBeRead() {
    CertificateRequest request =
        TestRequests.of(
            "CN=dev",
            TestRequests.P_256,
            TestRequests.extension(Extension.subjectAlternativeName, new DERUTF8String("no")));
    assertThatIllegalArgumentException().isThrownBy(() -> Identity.of(request));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(new GeneralName(GeneralName.otherName, new DERSequence())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host.example",
        "dns:",
        "dns: ",
        "dns:größe.example",
        "ip:10.0.0.0/8",
        "ip:x",
        "dir:CN=a",
        "email:a b"
      })
  void refusesToParseWhatIsNoName(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SubjectAltNames.parse(text));
  }

  private static Identity subject(String text) {
    return of(new X500Name(BCStyle.INSTANCE, text));
  }

  private static Identity of(X500Name name) {
    return Identity.of(name, Optional.empty());
  }

  private static Identity names(String... texts) {
    GeneralName[] names = new GeneralName[texts.length];
    for (int i = 0; i < texts.length; i++) {
      names[i] = SubjectAltNames.parse(texts[i]);
    }
    return of(names);
  }

  private static Identity of(GeneralName... names) {
    return Identity.of(new X500Name(""), Optional.of(new GeneralNames(names)));
  }

  private static GeneralName otherName(String type, ASN1Encodable value) {
    return new GeneralName(
        GeneralName.otherName,
        new DERSequence(
            new ASN1Encodable[] {
              new ASN1ObjectIdentifier(type), new DERTaggedObject(true, 0, value)
            }));
  }
}
