package org.certctl.front.scep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TroubleTest {
  private static final int MANY = 10_000;

  @Test
  void makesAsMuchTroubleAsWanted() {
    List<Trouble.Fate> fates = fates(new Trouble(0.2, 0.3, new Random(1)));

    assertThat(fates.stream().filter(Trouble.Fate.Refused.class::isInstance).count())
        .isBetween(1800L, 2200L);
    assertThat(fates.stream().filter(Trouble.Fate.Deferred.class::isInstance).count())
        .isBetween(2800L, 3200L);
    assertThat(new HashSet<>(fates)).hasSize(7); // five failInfos, deferred, spared
  }

  @Test
  void theSameSeedMakesTheSameTrouble() {
    assertThat(fates(new Trouble(0.5, 0.2, new Random(7))))
        .isEqualTo(fates(new Trouble(0.5, 0.2, new Random(7))));
  }

  @Test
  void makesNoneOrAllOfIt() {
    assertThat(fates(new Trouble(0, 0, new Random(1)))).containsOnly(new Trouble.Fate.Spared());
    assertThat(fates(new Trouble(0, 1, new Random(1)))).containsOnly(new Trouble.Fate.Deferred());
  }

  private static List<Trouble.Fate> fates(Trouble trouble) {
    return Stream.generate(trouble::next).limit(MANY).toList();
  }
}
