package org.certctl.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetPlanTest {

  private static Map<Behaviour, Long> behaviours(int size) {
    return FleetPlan.of(size).devices().stream()
        .collect(
            Collectors.groupingBy(
                SimulatedDevice::behaviour,
                () -> new EnumMap<>(Behaviour.class),
                Collectors.counting()));
  }

  @Test
  void mixesKindsAndBehaviours() {
    assertThat(behaviours(200))
        .containsEntry(Behaviour.RESENDS, 1L)
        .containsEntry(Behaviour.WRONG_CHALLENGE, 4L)
        .containsEntry(Behaviour.ASKS_FOR_CA, 2L)
        .containsEntry(Behaviour.ASKS_FOR_CODE_SIGNING, 2L)
        .containsEntry(Behaviour.SINGLE_DES, 2L)
        .containsKeys(Behaviour.values());
    assertThat(behaviours(200).get(Behaviour.CONNECTOR)).isBetween(30L, 40L);
    assertThat(FleetPlan.of(200).kinds().keySet()).containsExactly(DeviceKind.values());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 10, 11, 19, 20, 99, 100, 101, 200, 1000, 5000})
  void hasExactlyAsManyDevicesAsWanted(int size) {
    FleetPlan plan = FleetPlan.of(size);

    assertThat(plan.devices()).hasSize(size);
    assertThat(plan.devices().stream().map(SimulatedDevice::number).distinct()).hasSize(size);
    assertThat(plan.kinds().values().stream().mapToInt(count -> count).sum()).isEqualTo(size);
  }

  @Test
  void givesEachDeviceASubjectOfItsOwn() {
    assertThat(
            FleetPlan.of(5000).devices().stream()
                .map(device -> device.subject().toString())
                .distinct())
        .hasSize(5000);
  }

  @Test
  void aSmallFleetBehaves() {
    assertThat(behaviours(9)).containsOnlyKeys(Behaviour.PLAIN);
    assertThat(behaviours(10).get(Behaviour.PLAIN)).isEqualTo(5);
  }

  @Test
  void isTheSameEachTime() {
    assertThat(FleetPlan.of(50)).isEqualTo(FleetPlan.of(50));
  }
}
