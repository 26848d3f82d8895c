package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OptionsTest {

  @Test
  void everyDeclaredOptionStandsInTheListOnce() throws IllegalAccessException {
    List<Option<?>> declared = new ArrayList<>();
    List<Field> fields =
        Stream.of(
                Options.class,
                ApprovalOptions.class,
                CertificateProfileOptions.class,
                ConnectorOptions.class,
                KeyOptions.class,
                CrlOptions.class,
                DatabaseOptions.class,
                MtlsOptions.class,
                NoticeOptions.class,
                OcspOptions.class,
                RaOptions.class,
                RenewalOptions.class,
                RetentionOptions.class)
            .flatMap(catalogue -> Stream.of(catalogue.getDeclaredFields()))
            .filter(field -> !Modifier.isPrivate(field.getModifiers()))
            .toList();
    for (Field field : fields) {
      Object value = field.get(null);
      if (value instanceof Option<?> option) {
        declared.add(option);
      }
      if (value instanceof Options.ScepEndpointOptions endpoint) {
        declared.addAll(
            List.of(
                endpoint.issuerId(),
                endpoint.profileId(),
                endpoint.challengePassword(),
                endpoint.raCertPath(),
                endpoint.raKey(),
                endpoint.raKeyPassword()));
      }
    }
    assertThat(Options.ALL).containsExactlyInAnyOrderElementsOf(declared);
    assertThat(new HashSet<>(Options.ALL.stream().map(Option::documentedKey).toList()))
        .hasSameSizeAs(Options.ALL);
  }

  @Test
  void defaultsAndExamplesAreValues() throws InvalidValueException {
    for (Option<?> option : Options.ALL) {
      if (!option.type().isSecret()) {
        assertThat(option.type().read(option.example())).as(option.name()).isNotNull();
        String defaultText = option.defaultText().orElse("");
        if (!defaultText.isEmpty()) {
          assertThat(option.type().read(defaultText)).as(option.name()).isNotNull();
        }
      }
    }
  }

  @Test
  void noOptionOfAProfileEndsLikeAnother() {
    // Otherwise a key could belong to two profiles, such as A with B_C and A-B with C.
    for (Option<?> one : Options.ALL) {
      for (Option<?> other : Options.ALL) {
        if (one.isPerProfile() && one.section() == other.section()) {
          assertThat(one.name()).doesNotEndWith("_" + other.name());
        }
      }
    }
  }
}
