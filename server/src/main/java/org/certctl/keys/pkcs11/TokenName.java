package org.certctl.keys.pkcs11;

import java.util.Map;
import java.util.stream.Collectors;
import org.certctl.keys.pkcs11.Cryptoki.TokenInfo;

/// What a URI says about a token: those of `token`, `manufacturer`, `model` and `serial` that it
/// has (RFC 7512, section 2.3).
///
/// @param attributes at least one
record TokenName(Map<String, String> attributes) {

  TokenName {
    attributes = Map.copyOf(attributes);
  }

  boolean matches(TokenInfo token) {
    return attributes.entrySet().stream()
        .allMatch(
            each ->
                each.getValue()
                    .equals(
                        switch (each.getKey()) {
                          case "token" -> token.label();
                          case "manufacturer" -> token.manufacturer();
                          case "model" -> token.model();
                          case "serial" -> token.serial();
                          default -> throw new IllegalStateException(each.getKey());
                        }));
  }

  @Override
  public String toString() {
    return attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> each.getKey() + " \"" + each.getValue() + "\"")
        .collect(Collectors.joining(", ", "token with ", ""))
        .replace("token with token ", "token ");
  }
}
