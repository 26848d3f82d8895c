package org.certctl.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Pkcs11UriTest {

  @Test
  void readsEveryAttribute() {
    Pkcs11Uri uri =
        Pkcs11Uri.parse(
            "PKCS11:token=My%20token;manufacturer=a;model=b;serial=c;object=k%25;id=%01%ff;"
                + "type=private?module-path=/m.so&pin-source=file:/p");
    assertThat(uri.token().attributes())
        .isEqualTo(Map.of("token", "My token", "manufacturer", "a", "model", "b", "serial", "c"));
    assertThat(uri.object()).isEqualTo(new ObjectName(Optional.of("k%"), Optional.of("01ff")));
    assertThat(uri.module()).isEqualTo(Path.of("/m.so"));
    assertThat(uri.pinSource()).contains(Path.of("/p"));
    assertThat(Pkcs11Uri.parse("pkcs11:token=a;id=ab?module-path=/m&pin-source=x/y").pinSource())
        .contains(Path.of("x/y"));
    assertThat(Pkcs11Uri.parse("pkcs11:token=a;id=ab?module-path=/m").object())
        .isEqualTo(new ObjectName(Optional.empty(), Optional.of("6162")));
  }

  @ParameterizedTest
  @CsvSource({
    "pkcs11:object=a?module-path=/m, which token",
    "pkcs11:token=a?module-path=/m, which key",
    "pkcs11:token=a;object=b, module",
    "pkcs11:token=a;object=b?module-path=m.so, full path",
    "pkcs11:token=a;object=b?module-name=x, module-name",
    "pkcs11:token=a;object=b?module-path=/m&pin-value=1234, PIN in it",
    "pkcs11:token=a;object=b?module-path=/m&pin-source=|get, program",
    "pkcs11:token=a;object=b;type=public?module-path=/m, private key",
    "pkcs11:token=a;object=b;slot-id=1?module-path=/m, slot-id",
    "pkcs11:token=a;object=b?module-path=/m&x=y, attribute x",
    "pkcs11:token=a;token=b;object=b?module-path=/m, twice",
    "pkcs11:token;object=b?module-path=/m, name=value",
    "pkcs11:token=%4;object=b?module-path=/m, hexadecimal",
    "pkcs11:, which token",
  })
  void refuses(String text, String why) {
    assertThatThrownBy(() -> Pkcs11Uri.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("1234")
        .message()
        .contains("\n");
  }

  @Test
  void hidesThePin() {
    assertThat(Pkcs11Uri.withoutPin("pkcs11:token=a?pin-value=1234&module-path=/m&PIN-VALUE=x"))
        .isEqualTo("pkcs11:token=a?pin-value=…&module-path=/m&PIN-VALUE=…");
  }
}
