package org.certctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CaNameConstraintsTest {

  @ParameterizedTest
  @CsvSource({
    // constraint, name, allowed when it is permitted
    "dns:example.com,       dns:example.com,            true",
    "dns:example.com,       dns:a.b.EXAMPLE.com,        true",
    "dns:example.com,       dns:*.example.com,          true",
    "dns:example.com,       dns:badexample.com,         false",
    "dns:example.com,       dns:com,                    false",
    "dns:.example.com,      dns:a.example.com,          true",
    "email:example.com,     email:a@example.com,        true",
    "email:example.com,     email:a@sub.example.com,    false",
    "email:.example.com,    email:a@sub.example.com,    true",
    "email:.example.com,    email:a@example.com,        false",
    "email:b@example.com,   email:a@example.com,        false",
    "email:b@example.com,   email:b@example.com,        true",
    "uri:host.example.com,  uri:https://host.example.com/x, true",
    "uri:.example.com,      uri:https://a.example.com:8443/x, true",
    "uri:.example.com,      uri:https://example.com/,   false",
    "uri:.example.com,      uri:https://evil.example/a.example.com, false",
    "uri:.example.com,      uri:https://a.example.com@evil.example/, false",
    "uri:.example.com,      uri:https://evil.example?x=.example.com, false",
    "uri:.example.com,      'uri:tag:microsoft.com,2022-09-14:sid:S-1-5', false",
    "uri:.example.com,      uri:https://10.0.0.1/,      false",
    "ip:10.0.0.0/8,         ip:10.200.3.4,              true",
    "ip:10.0.0.0/8,         ip:11.0.0.1,                false",
    "ip:10.0.0.0/8,         ip:2001:db8::1,             false",
    "ip:2001:db8::/32,      ip:2001:db8::1,             true",
    "ip:2001:db8::/32,      ip:2001:db9::1,             false",
  })
  void permitsWhatIsWithin(String constraint, String name, boolean allowed) {
    assertThat(permitting(constraint).notAllowed(subject("CN=a"), names(name)).isEmpty())
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "dns:example.com,    dns:a.example.com,          false",
    "dns:example.com,    dns:a.example.org,          true",
    "email:example.com,  email:a@example.com,        false",
    "ip:10.0.0.0/8,      ip:10.1.2.3,                false",
    "ip:10.0.0.0/8,      ip:11.1.2.3,                true",
    "uri:.example.com,   uri:https://a.example.com,  false",
    "uri:.example.com,   uri:urn:x:y,                false",
  })
  void excludesWhatIsWithin(String constraint, String name, boolean allowed) {
    CaNameConstraints constraints =
        CaNameConstraints.of(new NameConstraints(null, subtrees(constraint)));
    assertThat(constraints.notAllowed(subject("CN=a"), names(name)).isEmpty()).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "'C=DE,O=Example', 'C=DE,O=Example,CN=a', true",
    "'C=DE,O=Example', 'C=de,O=example,OU=b,CN=a', true",
    "'C=DE,O=Example', 'C=DE,O=Other,CN=a', false",
    "'C=DE,O=Example', 'CN=a,O=Example,C=DE', false",
    "'C=DE,O=Example', '', true",
  })
  void comparesTheSubjectWithDirectoryNames(String constraint, String subject, boolean allowed) {
    assertThat(
            permitting("dir:" + constraint)
                .notAllowed(subject(subject), names("dns:a.example"))
                .isEmpty())
        .isEqualTo(allowed);
  }

  @Test
  void judgesWhatVerifiersTakeFromTheSubject() {
    CaNameConstraints constraints = permitting("dns:example.com", "email:example.com");
    assertThat(constraints.notAllowed(subject("CN=a.other.com"), Optional.empty()))
        .containsExactly("DNS:a.other.com");
    assertThat(constraints.notAllowed(subject("CN=a.other.com"), names("dns:a.example.com")))
        .isEmpty();
    assertThat(constraints.notAllowed(subject("CN=Laptop 7"), Optional.empty())).isEmpty();
    assertThat(constraints.notAllowed(subject("CN=laptop"), Optional.empty())).isEmpty();
    assertThat(constraints.notAllowed(subject("E=a@other.com,CN=x"), Optional.empty()))
        .containsExactly("email:a@other.com");
  }

  @Test
  void allowsNoNameOfAConstrainedKindThatItCannotCompare() {
    GeneralName upn = SubjectAltNames.userPrincipalName("a@example.com");
    CaNameConstraints constraints =
        CaNameConstraints.of(
            new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(upn)}, null));
    assertThat(constraints.notAllowed(subject("CN=a"), Optional.of(new GeneralNames(upn))))
        .hasSize(1);
    assertThat(constraints.notAllowed(subject("CN=a"), names("dns:a.example"))).isEmpty();
  }

  @Test
  void joinsThoseOfSeveralCas() {
    CaNameConstraints both =
        CaNameConstraints.of(constrained("dns:sub.example.com"), constrained("dns:example.com"));
    assertThat(both.notAllowed(subject("CN=a"), names("dns:a.sub.example.com"))).isEmpty();
    assertThat(both.notAllowed(subject("CN=a"), names("dns:a.example.com"))).hasSize(1);
    CaNameConstraints none =
        CaNameConstraints.of(constrained("dns:a.example"), constrained("dns:b.example"));
    assertThat(none.notAllowed(subject("CN=a"), names("dns:a.example"))).hasSize(1);
    assertThat(none.notAllowed(subject("CN=a"), names("ip:10.0.0.1"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "dns:",
        "dns:*.example.com",
        "uri:https://example.com",
        "uri:a@example.com",
        "email:a b@example.com",
        "ip:10.0.0.1",
        "ip:10.0.0.0/99",
        "ip:example.com/8",
        "dir:nonsense",
        "rid:1.2.3"
      })
  void readsNoNonsense(String text) {
    assertThatThrownBy(() -> CaNameConstraints.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CaNameConstraints permitting(String... constraints) {
    return CaNameConstraints.of(constrained(constraints));
  }

  private static NameConstraints constrained(String... constraints) {
    return new NameConstraints(subtrees(constraints), null);
  }

  private static GeneralSubtree[] subtrees(String... constraints) {
    return Arrays.stream(constraints).map(CaNameConstraints::parse).toArray(GeneralSubtree[]::new);
  }

  private static X500Name subject(String text) {
    return new X500Name(text);
  }

  private static Optional<GeneralNames> names(String text) {
    return Optional.of(new GeneralNames(SubjectAltNames.parse(text)));
  }
}
