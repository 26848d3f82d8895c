package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The paths of Microsoft NDES, for the profile that takes its place.
final class NdesIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withEcCa().with("CERTCTL_SCEP_NDES_PROFILE", "default");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/certsrv/mscep/mscep.dll",
        "/certsrv/mscep/mscep.dll/",
        "/certsrv/mscep/mscep.dll/pkiclient.exe",
        "/certsrv/mscep/mscep.dll/pkiclient.exe/pkiclient.exe",
        "/certsrv/mscep/",
        "/certsrv/mscep/pkiclient.exe",
        "/CertSrv/mscep/mscep.dll",
        "/CERTSRV/MSCEP/MSCEP.DLL/pkiclient.exe"
      })
  void enrollsUnderAnEcCa(String path) throws IOException {
    assertThat(RawHttp.get(SERVER.httpPort(), path + "?operation=GetCACaps").text())
        .contains("SCEPStandard");
    var device = new Device(SERVER, "ndes-1");

    var response =
        RawHttp.post(SERVER.httpPort(), path + "?operation=PKIOperation", device.message());

    var certificate = device.certificate(device.read(response));
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    var work = SERVER.data().path().resolveSibling("ndes");
    Files.createDirectories(work);
    OpenSsl.assertAccepts(SERVER.data(), certificate, work);
  }

  @Test
  void servesNothingElseThere() throws IOException {
    for (var path : new String[] {"/certsrv", "/CertSrv/", "/certsrv/mscep_admin/"}) {
      assertThat(RawHttp.get(SERVER.httpPort(), path + "?operation=GetCACaps").status())
          .as(path)
          .isEqualTo(404);
    }
  }
}
