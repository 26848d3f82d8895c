package org.certctl.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.certctl.cli.CommandFailedException;
import org.certctl.cli.testserver.TestCa;
import org.certctl.pki.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOptionsOfCommandsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scep.example.com/scep",
        "ftp://scep.example.com/scep",
        "http:///scep",
        "http://scep.example.com/scep?operation=GetCACert",
        "http://user:password@scep.example.com/scep",
        "http://scep example"
      })
  void refusesWhatIsNoAddressOfAnEndpoint(String text) {
    assertThatThrownBy(() -> EndpointUrl.parse(text))
        .isInstanceOfSatisfying(
            CommandFailedException.class, e -> assertThat(e.exitCode()).isEqualTo(2));
  }

  @Test
  void keepsThePathAsItIs() throws Exception {
    assertThat(EndpointUrl.parse("https://h/certsrv/mscep/mscep.dll"))
        .hasToString("https://h/certsrv/mscep/mscep.dll");
    assertThat(EndpointUrl.parse("http://h:8080")).hasToString("http://h:8080/");
  }

  @Test
  void readsFingerprintsAsToolsWriteThem() throws Exception {
    Sha256 expected = CaTrust.fingerprint(TestCa.ROOT.certificate());
    String colons = org.certctl.cli.Fingerprint.SHA_256.of(TestCa.ROOT.certificate());

    assertThat(CaTrust.fingerprint(expected.hex())).isEqualTo(expected);
    assertThat(CaTrust.fingerprint(colons)).isEqualTo(expected);
    assertThat(CaTrust.fingerprint(colons.replace(':', ' '))).isEqualTo(expected);
  }
}
