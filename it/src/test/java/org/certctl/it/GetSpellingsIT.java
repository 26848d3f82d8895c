package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The ten ways in which clients write a message into a GET (MSG-1 to MSG-10, A13), over raw
/// sockets.
final class GetSpellingsIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  private static final String OPERATION = "operation=PKIOperation";

  /// A way of writing the query.
  enum Spelling {
    /// RFC 8894, certmonger.
    MSG_1_ALL_ESCAPED,
    /// strongSwan: lines of 64, a line feed after each, also the last (Cisco).
    MSG_2_LINES_OF_64,
    /// macOS.
    MSG_3_ONLY_PADDING_ESCAPED,
    /// jscep.
    MSG_4_RAW,
    /// What a proxy makes of MSG-3 and MSG-4.
    MSG_5_PLUS_AS_BLANK,
    /// Old micromdm.
    MSG_6_URL_ALPHABET,
    /// Padding left out.
    MSG_7_NO_PADDING,
    /// Begins with the tag and an indefinite length, as Bouncy Castle and Apple write.
    MSG_8_INDEFINITE_LENGTH,
    /// Windows: CR LF between lines.
    MSG_9_CRLF,
    /// The operation after the message, hexadecimal digits in lower case.
    MSG_10_OPERATION_LAST;

    String query(byte[] message) {
      var base64 = Base64.getEncoder().encodeToString(message);
      return switch (this) {
        case MSG_1_ALL_ESCAPED, MSG_8_INDEFINITE_LENGTH -> joined(escaped(base64));
        case MSG_2_LINES_OF_64 ->
            joined(lines(message, "\n").replace("+", "%2B").replace("\n", "%0A") + "%0A");
        case MSG_3_ONLY_PADDING_ESCAPED -> joined(base64.replace("=", "%3D"));
        case MSG_4_RAW -> joined(base64);
        case MSG_5_PLUS_AS_BLANK -> joined(base64.replace("+", "%20"));
        case MSG_6_URL_ALPHABET -> joined(base64.replace('+', '-').replace('/', '_'));
        case MSG_7_NO_PADDING -> joined(escaped(base64.replace("=", "")));
        case MSG_9_CRLF -> joined(escaped(lines(message, "\r\n")));
        case MSG_10_OPERATION_LAST ->
            "message="
                + base64.replace("+", "%2b").replace("/", "%2f").replace("=", "%3d")
                + "&"
                + OPERATION;
      };
    }

    private static String joined(String message) {
      return OPERATION + "&message=" + message;
    }

    private static String escaped(String text) {
      return text.replace("+", "%2B")
          .replace("/", "%2F")
          .replace("=", "%3D")
          .replace("\r", "%0D")
          .replace("\n", "%0A");
    }

    private static String lines(byte[] message, String separator) {
      return Base64.getMimeEncoder(64, separator.getBytes(StandardCharsets.US_ASCII))
          .encodeToString(message);
    }
  }

  @ParameterizedTest
  @EnumSource
  void A13_isUnderstood(Spelling spelling) throws IOException {
    var device = deviceWithEveryCharacter("get-" + spelling.name().toLowerCase(Locale.ROOT));
    if (spelling == Spelling.MSG_8_INDEFINITE_LENGTH) {
      assertThat(device.message()).startsWith(0x30, 0x80);
    }

    var response = get(spelling.query(device.message()));

    OpenSsl.assertAccepts(SERVER.data(), device.certificate(device.read(response)), work);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operation=PKIOperation",
        "operation=PKIOperation&message=",
        "operation=PKIOperation&message=%zz",
        "operation=PKIOperation&message=%",
        "operation=PKIOperation&message=AAAA%00AAAA",
        "operation=PKIOperation&message=AAAA!AAAA",
        "operation=PKIOperation&message=AAAA",
        "operation=PKIOperation;message=AAAA",
        "operation=PKIOperation&message=AAAA&message=AAAA",
        "operation=PKIOperation&operation=PKIOperation&message=AAAA",
        "operation=GetCACaps&operation=GetCACaps",
        "operation=GetCACaps;x=y",
        "operation=Nonsense",
        "message=AAAA",
        ""
      })
  void refusesWhatIsNoMessage(String query) throws IOException {
    var response = get(query);

    assertThat(response.status()).as("%s", response).isEqualTo(400);
    assertThat(response.headers()).contains("Content-Type: text/plain");
    assertThat(response.body().length).isLessThan(100);
    assertThat(response.text()).doesNotContain("AAAA", "Exception", "<");
  }

  @Test
  void ignoresParametersItDoesNotKnow() throws IOException {
    var device = deviceWithEveryCharacter("get-unknown-parameters");

    var response =
        get("utm=1&" + Spelling.MSG_1_ALL_ESCAPED.query(device.message()) + "&x&=y&z=%zz");

    device.certificate(device.read(response));
  }

  private static RawHttp.Response get(String query) throws IOException {
    return RawHttp.get(SERVER.httpPort(), "/scep/default?" + query);
  }

  /// A device whose message has '+', '/' and '=' in its base64, so that each rule is put to work.
  private static Device deviceWithEveryCharacter(String commonName) {
    for (var attempt = 0; attempt < 300; attempt++) {
      // The length of the transactionID moves the end of the base64.
      var device =
          new Device(SERVER, commonName)
              .transactionId(commonName.replace('_', '-') + "-" + "x".repeat(attempt % 3 + 1));
      var base64 = Base64.getEncoder().encodeToString(device.message());
      if (base64.contains("+") && base64.contains("/") && base64.endsWith("=")) {
        return device;
      }
    }
    throw new AssertionError("no message with every character");
  }
}
