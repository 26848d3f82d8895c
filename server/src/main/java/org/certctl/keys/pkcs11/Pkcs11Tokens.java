package org.certctl.keys.pkcs11;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.secret.Secret;

/// The tokens that this process uses, each opened once whoever names its keys. Safe to use from
/// many threads.
public final class Pkcs11Tokens {

  private final Map<Path, Pkcs11Module> modules = new HashMap<>();
  private final Map<Place, List<Pkcs11Token>> tokens = new HashMap<>();

  private record Place(Path module, TokenName token) {}

  /// A token that cannot be used just now.
  ///
  /// @param token what is configured of it
  /// @param reason what is wrong
  public record Away(String token, String reason) {}

  /// Opens a key; when this returns, it is there.
  ///
  /// @param pin logs in to the token, if it wants that
  public synchronized Pkcs11Key open(Pkcs11Uri uri, Optional<Secret> pin) throws Pkcs11Exception {
    Pkcs11Module module = modules.get(uri.module());
    if (module == null) {
      module = Pkcs11Module.open(uri.module());
      modules.put(uri.module(), module);
    }
    Pkcs11Token token = token(module, uri, pin);
    token.find(uri.object());
    return new Pkcs11Key(token, uri.object());
  }

  private Pkcs11Token token(Pkcs11Module module, Pkcs11Uri uri, Optional<Secret> pin) {
    List<Pkcs11Token> known =
        tokens.computeIfAbsent(new Place(uri.module(), uri.token()), _ -> new ArrayList<>());
    return known.stream()
        .filter(token -> token.hasPin(pin))
        .findFirst()
        .orElseGet(
            () -> {
              Pkcs11Token token = new Pkcs11Token(module, uri.token(), pin);
              known.add(token);
              return token;
            });
  }

  /// Looks whether all tokens in use are there, and tries to get back those that are away, more and
  /// more rarely. Call it every few seconds while keys are in use, from one thread.
  public void check() {
    for (Pkcs11Token token : present()) {
      token.check();
    }
  }

  /// The tokens that cannot be used just now, as far as is known.
  public List<Away> away() {
    List<Away> away = new ArrayList<>();
    for (Pkcs11Token token : present()) {
      token.trouble().ifPresent(reason -> away.add(new Away(token.toString(), reason)));
    }
    return away;
  }

  private synchronized List<Pkcs11Token> present() {
    return tokens.values().stream().flatMap(List::stream).toList();
  }
}
