package org.certctl.keys.pkcs11;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.keys.pkcs11.Cryptoki.Attribute;

/// What a URI says about a key: its label, its id in hexadecimal digits, or both (RFC 7512, section
/// 2.3: `object` and `id`).
record ObjectName(Optional<String> label, Optional<String> id) {

  /// What an object of this name and class has.
  List<Attribute> template(long objectClass) {
    List<Attribute> template = new ArrayList<>();
    template.add(Attribute.of(Cryptoki.CKA_CLASS, objectClass));
    template.add(Attribute.of(Cryptoki.CKA_TOKEN, true));
    label.ifPresent(
        text ->
            template.add(new Attribute(Cryptoki.CKA_LABEL, text.getBytes(StandardCharsets.UTF_8))));
    id.ifPresent(
        digits ->
            template.add(
                new Attribute(Cryptoki.CKA_ID, java.util.HexFormat.of().parseHex(digits))));
    return template;
  }

  @Override
  public String toString() {
    return label.map(text -> "label \"" + text + "\"").orElse("")
        + (label.isPresent() && id.isPresent() ? " and " : "")
        + id.map(digits -> "id " + digits).orElse("");
  }
}
