package org.certctl.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.io.StringReader;
import java.io.StringWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A trail with three blocks of two events each.
class AuditArchiveTest {

  private final AuditKeys keys = AuditKeys.generate();
  private final MemoryAuditStore store = new MemoryAuditStore();

  @BeforeEach
  void writeTrail() throws Exception {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    BlockSealer sealer = new BlockSealer(store, keys, keys.publicKey(), clock);
    for (int i = 1; i <= 6; i++) {
      store.append(new AuditEvent.ServerStarted(NOW.plusSeconds(i), "v" + i));
      if (i % 2 == 0) {
        sealer.sealPending();
      }
    }
  }

  private AuditHead head(int number) {
    return AuditHead.of(store.blocks(number, 1).getFirst());
  }

  private String written(int last) throws Exception {
    StringWriter out = new StringWriter();
    AuditArchive.write(store, head(last), out);
    return out.toString();
  }

  private AuditVerification verify(String text) throws Exception {
    return new AuditVerifier(archive(text), List.of(keys.publicKey())).verify(Set.of());
  }

  private static AuditArchive archive(String text) {
    return new AuditArchive(() -> new StringReader(text));
  }

  @Test
  void speaksForItself() throws Exception {
    AuditHead second = head(2);

    assertThat(verify(written(2))).isEqualTo(new AuditVerification.Intact(4, 2, 0, second.hash()));
    assertThat(archive(written(2)).start()).isEqualTo(AuditHead.NONE);
    assertThat(new AuditVerifier(archive(written(2)), List.of()).verify(Set.of()))
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.SIGNATURE_INVALID));
  }

  @Test
  void whatStaysIsVerifiedFromItsEndOn() throws Exception {
    AuditHead first = head(1);
    AuditHead second = head(2);
    AuditHead third = head(3);
    store.forget(first, new AuditEvent.ServerStopped(NOW, "x"));

    assertThat(new AuditVerifier(store, List.of(keys.publicKey())).verify(Set.of(first.hash())))
        .isEqualTo(new AuditVerification.Intact(6, 3, 1, third.hash()));
    String next = written(2);
    assertThat(archive(next).start()).isEqualTo(first);
    assertThat(verify(next)).isEqualTo(new AuditVerification.Intact(4, 2, 0, second.hash()));
  }

  @Test
  void noticesABlockThatIsLeftOut() throws Exception {
    List<String> lines = written(3).lines().toList();
    String without =
        String.join("\n", lines.subList(0, 4)) + "\n" + String.join("\n", lines.subList(7, 11));

    assertThat(verify(without + "\n"))
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.CHAIN_BROKEN));
  }

  @Test
  void noticesAnotherEvent() throws Exception {
    List<String> lines = written(2).lines().toList();
    String changed = written(2).replace(lines.get(2), lines.get(3));

    assertThat(verify(changed))
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.BLOCK_ALTERED));
  }

  @Test
  void noticesAnEndThatWasCutOff() throws Exception {
    String whole = written(3);
    for (int end = 0; end < whole.length(); end += 7) {
      String cut = whole.substring(0, end);
      assertThatThrownBy(() -> verify(cut))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("damaged");
    }
    List<String> lines = whole.lines().toList();
    String withOldEnd = String.join("\n", lines.subList(0, 7)) + "\n" + lines.getLast() + "\n";
    assertThatThrownBy(() -> verify(withOldEnd))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("its end is not that of block 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "something else\n",
        "certctl audit archive 1\n",
        "certctl audit archive 1\nend 0 00\n",
        "certctl audit archive 1\nblock\n",
        "certctl audit archive 1\nblock 1 1 0 00 1 00 00 AA==\n",
        "certctl audit archive 1\nblock 1 1 2000000000 00 1 00 00 AA==\n",
        "certctl audit archive 1\nblock x 1 1 00 1 00 00 AA==\nevent AA==\n",
        "certctl audit archive 1\nblock 1 1 1 00 1 00 00 AA==\nevent ?\n",
      })
  void refusesWhatIsNoArchive(String text) {
    assertThatThrownBy(() -> verify(text)).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void refusesAnEventThatIsNone() throws Exception {
    String event = written(1).lines().toList().get(2);
    String other = "event " + Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});

    assertThatThrownBy(() -> verify(written(1).replace(event, other)))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("damaged");
  }
}
