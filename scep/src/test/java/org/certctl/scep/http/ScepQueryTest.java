package org.certctl.scep.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.fixtures.Messages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sections 1.1 and 1.5 of the checklist, as far as they need no server.
class ScepQueryTest {
  /// Octets whose base64 has plus signs, slashes and padding.
  private static final byte[] MESSAGE = message();

  private static final String BASE64 = Base64.getEncoder().encodeToString(MESSAGE);

  private static byte[] message() {
    byte[] message = new byte[400];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) (i * 37 ^ 0xfb);
    }
    message[0] = (byte) 0xfb;
    message[1] = (byte) 0xff;
    message[2] = (byte) 0xfe;
    return message;
  }

  private static ScepCall get(@Nullable String query) {
    return ScepQuery.parse("GET", query, false);
  }

  private static void assertMessage(String encoded) {
    assertThat(get("operation=PKIOperation&message=" + encoded))
        .isEqualTo(new ScepCall.PkiOperationGet(MESSAGE));
  }

  private static void assertStatus(int status, ScepCall call) {
    assertThat(call).isInstanceOf(ScepCall.HttpRejection.class);
    assertThat(((ScepCall.HttpRejection) call).status()).isEqualTo(status);
  }

  @Test
  void usesAMessageThatNeedsRepair() {
    assertThat(BASE64).contains("+").contains("/").endsWith("==");
  }

  @Test
  void HTTP3_servesOperationsWithAndWithoutMessage() {
    assertThat(get("operation=GetCACaps")).isEqualTo(new ScepCall.GetCaCaps());
    assertThat(get("operation=GetCACaps&message=0")).isEqualTo(new ScepCall.GetCaCaps());
    assertThat(get("operation=GetCACert")).isEqualTo(new ScepCall.GetCaCert(null));
    assertThat(get("operation=GetCACert&message=")).isEqualTo(new ScepCall.GetCaCert(null));
    assertThat(get("operation=GetCACert&message")).isEqualTo(new ScepCall.GetCaCert(null));
    assertThat(get("operation=GetCACert&message=my%20CA"))
        .isEqualTo(new ScepCall.GetCaCert("my CA"));
    assertThat(get("operation=GetCACert&message=%zz")).isEqualTo(new ScepCall.GetCaCert("%zz"));
    assertThat(get("operation=GetNextCACert&message=x")).isEqualTo(new ScepCall.GetNextCaCert("x"));
  }

  @Test
  void HTTP3_servesPost() {
    assertThat(ScepQuery.parse("POST", "operation=PKIOperation", true))
        .isEqualTo(new ScepCall.PkiOperationPost());
    assertThat(ScepQuery.parse("POST", "operation=PKIOperation&message=", true))
        .isEqualTo(new ScepCall.PkiOperationPost());
  }

  @Test
  void HTTP4b_ignoresUnknownParameters() {
    assertThat(get("x=1&operation=GetCACaps&utm=%zz&&=&%=%")).isEqualTo(new ScepCall.GetCaCaps());
    assertStatus(400, get("Operation=GetCACaps"));
    assertThat(get("%6fperation=GetCACaps")).isEqualTo(new ScepCall.GetCaCaps());
  }

  @Test
  void HTTP5_postWithoutOperationIsPkiOperation() {
    assertThat(ScepQuery.parse("POST", null, true)).isEqualTo(new ScepCall.PkiOperationPost());
    assertThat(ScepQuery.parse("POST", "", true)).isEqualTo(new ScepCall.PkiOperationPost());
    assertStatus(400, ScepQuery.parse("POST", "operation=GetCACaps", true));
    assertStatus(400, ScepQuery.parse("POST", "operation=Other", true));
    assertStatus(400, ScepQuery.parse("POST", "operation=", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "HEAD", "DELETE", "OPTIONS", "get", "", "PATCH"})
  void HTTP10_refusesOtherMethods(String method) {
    assertThat(ScepQuery.parse(method, "operation=GetCACaps", false))
        .isInstanceOfSatisfying(
            ScepCall.HttpRejection.class,
            rejection -> {
              assertThat(rejection.status()).isEqualTo(405);
              assertThat(rejection.allow()).isEqualTo(Optional.of("GET, POST"));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "operation",
        "operation=",
        "operation=Unknown",
        "operation=GetCAChain",
        "operation=PKIOperation",
        "operation=PKIOperation&message=",
        "operation=PKIOperation&message=%0A",
        "operation=PKIOperation&message=====",
        "operation=PKIOperation&message=A",
        "operation=PKIOperation&message=AA=A",
        "operation=PKIOperation&message=AA%",
        "operation=PKIOperation&message=AA%4",
        "operation=PKIOperation&message=AA%4g",
        "operation=PKIOperation&message=AA%zz",
        "operation=PKIOperation&message=AA%00",
        "operation=PKIOperation&message=AAAA*",
        "operation=PKIOperation&message=AAAAé",
        "operation=PKIOperation&message=AAAA&message=AAAA",
        "operation=PKIOperation&operation=PKIOperation&message=AAAA",
        "operation=GetCACaps&operation=GetCACaps",
        "operation=GetCACert&message=1&message=2",
        "operation=PKIOperation;message=AAAA",
        "operation%00=GetCACaps",
      })
  void HTTP10_refusesWithoutEcho(String query) {
    assertThat(get(query))
        .isInstanceOfSatisfying(
            ScepCall.HttpRejection.class,
            rejection -> {
              assertThat(rejection.status()).isEqualTo(400);
              assertThat(rejection.text()).isPrintable().hasSizeLessThan(80);
              assertThat(rejection.allow()).isEmpty();
            });
    assertStatus(400, get(null));
  }

  @Test
  void HTTP10_refusesPostWithoutBody() {
    assertStatus(400, ScepQuery.parse("POST", "operation=PKIOperation", false));
  }

  @Test
  void MSG1_fullyEscaped() {
    assertMessage(URLEncoder.encode(BASE64, StandardCharsets.UTF_8));
  }

  @Test
  void MSG2_strongSwanAndCiscoLines() {
    String lines = BASE64.replaceAll("(.{64})", "$1%0A").replace("+", "%2B");
    assertMessage(lines);
    assertMessage(lines + "%0A");
  }

  @Test
  void MSG3_macOsRawPlus() {
    assertMessage(BASE64.replace("=", "%3D"));
  }

  @Test
  void MSG4_jscepEverythingRaw() {
    assertMessage(BASE64);
  }

  @Test
  void MSG5_plusTurnedBlank() {
    assertMessage(BASE64.replace("+", "%20"));
  }

  @Test
  void MSG6_micromdmUrlAlphabet() {
    assertMessage(BASE64.replace('+', '-').replace('/', '_'));
  }

  @Test
  void MSG7_withoutPadding() {
    assertMessage(BASE64.replace("=", ""));
  }

  @Test
  void MSG8_indefiniteLengths() {
    byte[] message = Messages.pkcsReq().structure(CmsStructure.INDEFINITE).build();
    String base64 = Base64.getEncoder().encodeToString(message);
    assertThat(base64).startsWith("MIA");
    assertThat(get("operation=PKIOperation&message=" + base64))
        .isEqualTo(new ScepCall.PkiOperationGet(message));
  }

  @Test
  void MSG9_windowsLines() {
    assertMessage(BASE64.replaceAll("(.{64})", "$1%0D%0A") + "%09");
  }

  @Test
  void MSG10_anyOrderAndCaseOfHex() {
    String escaped = URLEncoder.encode(BASE64, StandardCharsets.UTF_8);
    assertThat(get("message=" + escaped + "&operation=PKIOperation"))
        .isEqualTo(new ScepCall.PkiOperationGet(MESSAGE));
    assertMessage(escaped.replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d"));
  }
}
