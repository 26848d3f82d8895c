package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.certctl.enroll.CertificateSearch.AltName;
import org.certctl.enroll.CertificateSearch.Cursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateSearchTest {

  @Test
  void cursorsComeBackAsTheyWere() {
    for (Cursor cursor :
        List.of(
            Cursor.newest(17),
            Cursor.byExpiry(1_772_366_400_000L, 3),
            Cursor.byExpiry(-5, 3),
            Cursor.bySubject("größe, \u0001", 4))) {
      assertThat(cursor.text()).matches("[A-Za-z0-9._-]+");
      assertThat(Cursor.ofText(cursor.text())).isEqualTo(cursor);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n",
        "x1",
        "n1.5",
        "e1",
        "e1.",
        "e1.abc",
        "s1",
        "n-1",
        "n1234567890123456789",
        "s1.a",
        "e1.99999999999999999999",
        "N1",
        "n1 "
      })
  void refusesWhatIsNoCursor(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cursor.ofText(text));
  }

  @Test
  void writesAddressesAsCertificatesDo() {
    assertThat(new AltName("ip:2001:DB8::1").name()).isEqualTo("ip:2001:db8:0:0:0:0:0:1");
    assertThat(new AltName("2001:db8::1").key()).isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(new AltName("ip:192.0.2.1").key()).isEqualTo("192.0.2.1");
    assertThat(new AltName("a:b:c:::").key()).isEqualTo("a:b:c:::");
    assertThat(new AltName("urn:x:y").key()).isEqualTo("urn:x:y");
    assertThat(new AltName("uri:urn:x:y").key()).isEqualTo("urn:x:y");
  }
}
