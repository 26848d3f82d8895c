package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.scep.fixtures.Messages.unanswerable;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.certctl.scep.ScepFormatException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlvTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "0500,2",
    "0500ff,2",
    "3000,2",
    "30020500,4",
    "30800000,4",
    "3080050000000000,6",
    "30803080000030020500 0000 99,12",
    "0481 0155,4",
    "1f8101 00,4",
    "24800401550000,7"
  })
  void findsTheEnd(String input, int end) throws ScepFormatException {
    assertThat(Tlv.scan(hex(input), Limits.defaults()).end()).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "3001",
        "3080",
        "308005",
        "30800500",
        "3080050000",
        "0480",
        "0000",
        "0585ffffffffff",
        "0584ffffffff",
        "05847fffffff",
        "300305020000",
        "1fffffffffff00",
        "30020000",
        "3004308000"
      })
  void refusesWhatDoesNotFit(String input) {
    assertThatThrownBy(() -> Tlv.scan(hex(input), Limits.defaults()))
        .isInstanceOf(ScepFormatException.class);
  }

  @Test
  void SEC13_refusesDeepNestingAtOnce() {
    byte[] indefinite = new byte[200_000];
    for (int i = 0; i < indefinite.length; i += 2) {
      indefinite[i] = 0x30;
      indefinite[i + 1] = (byte) 0x80;
    }
    byte[] octets = indefinite.clone();
    for (int i = 0; i < octets.length; i += 2) {
      octets[i] = 0x24;
    }
    Assertions.assertTimeout(
        Duration.ofSeconds(2),
        () -> {
          unanswerable(indefinite, "asn1_too_deep");
          unanswerable(octets, "asn1_too_deep");
        });
  }

  @Test
  void SEC13_refusesTooManyElements() {
    byte[] many = new byte[200_004];
    Arrays.fill(many, (byte) 0);
    many[0] = 0x30;
    many[1] = (byte) 0x83;
    many[2] = (byte) (200_000 >> 16);
    many[3] = (byte) (200_000 >> 8 & 0xff);
    byte[] message = Arrays.copyOf(many, 200_005);
    message[4] = (byte) (200_000 & 0xff);
    for (int i = 5; i < message.length; i += 2) {
      message[i] = 0x05;
    }
    unanswerable(message, "asn1_too_many_elements");
  }

  @Test
  void refusesIndefiniteLengthWithoutEnd() {
    unanswerable(hex("3080 06092a864886f70d010702 a080"), "asn1_malformed");
  }
}
