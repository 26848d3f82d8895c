package org.certctl.front.scep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyReaderTest {

  private static final int MIB = 1 << 20;
  private static final int BODIES_AT_ONCE = 16;

  private final BodyReader reader = new BodyReader(MIB);

  @Test
  void refusesABodyThatIsTooLargeWhetherAnnouncedOrNot() {
    assertThat(refusal(MIB + 1, MIB + 1).status()).isEqualTo(413);
    assertThat(refusal(MIB + 1, -1).status()).isEqualTo(413);
  }

  @Test
  void manyLargeBodiesAtOnceEndIn503AndTheirMemoryComesBack() throws Exception {
    List<byte[]> held = new ArrayList<>();
    for (int i = 0; i < BODIES_AT_ONCE; i++) {
      held.add(reader.read(request(MIB, MIB), response()));
    }
    assertThat(refusal(MIB, MIB).status()).isEqualTo(503);
    reader.done(held.removeLast());
    assertThat(reader.read(request(MIB, MIB), response())).hasSize(MIB);
  }

  @Test
  void aRefusedBodyLeavesNothingHeld() throws Exception {
    for (int i = 0; i < 10 * BODIES_AT_ONCE; i++) {
      assertThat(refusal(MIB + 1, -1).status()).isEqualTo(413);
    }
    assertThat(reader.read(request(MIB, MIB), response())).hasSize(MIB);
  }

  private BodyReader.RefusedException refusal(int length, long announced) {
    return catchThrowableOfType(
        BodyReader.RefusedException.class,
        () -> reader.read(request(length, announced), response()));
  }

  private static HttpServletRequest request(int length, long announced) {
    ServletInputStream body = new Body(new byte[length]);
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            BodyReaderTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "getContentLengthLong" -> announced;
                  case "getInputStream" -> body;
                  default -> throw new AssertionError("unexpected call of " + method);
                });
  }

  private static HttpServletResponse response() {
    return (HttpServletResponse)
        Proxy.newProxyInstance(
            BodyReaderTest.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo("setHeader");
              return null;
            });
  }

  private static final class Body extends ServletInputStream {

    private final ByteArrayInputStream octets;

    Body(byte[] octets) {
      this.octets = new ByteArrayInputStream(octets);
    }

    @Override
    public int read() {
      return octets.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return octets.read(target, offset, length);
    }

    @Override
    public boolean isFinished() {
      return octets.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
