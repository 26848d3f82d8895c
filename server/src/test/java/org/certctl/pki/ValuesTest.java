package org.certctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class ValuesTest {

  @Test
  void serialNumbersArePositiveDistinctAndAtMostTwentyOctets() {
    SecureRandom random = new SecureRandom();
    Set<SerialNumber> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      SerialNumber serial = SerialNumber.random(random);
      assertThat(serial.value().signum()).isPositive();
      assertThat(serial.value().toByteArray().length).isLessThanOrEqualTo(17);
      assertThat(SerialNumber.ofHex(serial.hex())).isEqualTo(serial);
      seen.add(serial);
    }
    assertThat(seen).hasSize(1000);
    assertThatThrownBy(() -> new SerialNumber(BigInteger.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SerialNumber(BigInteger.ONE.shiftLeft(160)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void serialNumbersOfOneSecondAreDistinctNeighboursInEveryOrder() {
    SecureRandom random = new SecureRandom();
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    Set<SerialNumber> ofOneSecond = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ofOneSecond.add(SerialNumber.next(now, random));
    }
    SerialNumber later = SerialNumber.next(now.plusSeconds(1), random);

    assertThat(ofOneSecond).hasSize(1000);
    assertThat(ofOneSecond)
        .allSatisfy(
            serial -> {
              assertThat(serial).isLessThan(later);
              assertThat(serial.hex()).isLessThan(later.hex()).startsWith("6b02d940");
            });
    assertThat(
            ofOneSecond.stream()
                .map(serial -> serial.value().mod(BigInteger.ONE.shiftLeft(64)))
                .distinct())
        .hasSize(1000);
  }

  @Test
  void serialNumbersFitUntilTimeItselfNeedsMore() {
    SerialNumber last =
        SerialNumber.next(Instant.parse("2200-01-01T00:00:00Z"), new SecureRandom());
    assertThat(last.value().toByteArray().length).isLessThanOrEqualTo(20);
  }

  @Test
  void readsHexSerialNumbersAsPeopleWriteThem() {
    assertThat(SerialNumber.ofHex("0A:ff").value()).isEqualTo(BigInteger.valueOf(0x0aff));
    assertThatThrownBy(() -> SerialNumber.ofHex("xyz"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SerialNumber.ofHex("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesCannotBreakALogLine() {
    assertThat(Names.text(new X500Name("CN=a\nINFO forged\u202e"))).doesNotContain("\n", "\u202e");
    assertThat(Names.printable("a\u0000b\u0085c\u2028d")).isEqualTo("a?b?c?d");
    assertThat(Names.printable("Größe 手机")).isEqualTo("Größe 手机");
  }

  @Test
  void tellsEachKindOfSubjectAltName() {
    ASN1EncodableVector upn = new ASN1EncodableVector();
    upn.add(SubjectAltNames.UPN);
    upn.add(new DERTaggedObject(true, 0, new DERUTF8String("ada@corp.example")));
    GeneralNames names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "host.example"),
              new GeneralName(GeneralName.rfc822Name, "ada@corp.example"),
              new GeneralName(GeneralName.uniformResourceIdentifier, "urn:device:7"),
              new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
              new GeneralName(GeneralName.otherName, new DERSequence(upn)),
              new GeneralName(new X500Name("CN=x"))
            });
    assertThat(SubjectAltNames.textsOf(names))
        .containsExactly(
            "DNS:host.example",
            "email:ada@corp.example",
            "URI:urn:device:7",
            "IP:192.0.2.1",
            "UPN:ada@corp.example",
            "dirName:CN=x");
  }

  @Test
  void secretsSayNothingOfThemselves() {
    Secret secret = Secret.of("correct horse");
    assertThat(secret.toString()).doesNotContain("horse");
    assertThat(secret.matches(Secret.of("correct horse"))).isTrue();
    assertThat(secret.matches(Secret.of("correct horsE"))).isFalse();
    assertThat(secret.matches(Secret.of("correct horse "))).isFalse();
    assertThatThrownBy(() -> Secret.of("")).isInstanceOf(IllegalArgumentException.class);
  }
}
