package org.certctl.app;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.certctl.keys.pkcs11.Pkcs11Tokens;
import org.certctl.keys.pkcs11.Pkcs11Tokens.Away;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after the tokens with keys of this server, and says once that one is away and once that it
/// is back.
final class TokenWatch {

  private static final Logger log = LoggerFactory.getLogger(TokenWatch.class);

  private final Pkcs11Tokens tokens;
  private Set<String> told = new HashSet<>();

  TokenWatch(Pkcs11Tokens tokens) {
    this.tokens = tokens;
  }

  /// Looks whether they are there, and tries to get back those that are not.
  void check() {
    tell(tokens.away());
    tokens.check();
    tell(tokens.away());
  }

  private void tell(List<Away> away) {
    for (Away each : away) {
      if (!told.contains(each.token())) {
        log.atError()
            .addKeyValue("token", each.token())
            .addKeyValue("reason", each.reason())
            .log("a token with keys is away: nothing is signed with them until it is back");
      }
    }
    Set<String> now = away.stream().map(Away::token).collect(Collectors.toSet());
    for (String token : told) {
      if (!now.contains(token)) {
        log.atInfo().addKeyValue("token", token).log("a token with keys is back");
      }
    }
    told = now;
  }

  /// Whether all of them are there, as far as is known.
  boolean areThere() {
    return tokens.away().isEmpty();
  }
}
