package org.certctl.keys.pkcs11;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.certctl.keys.pkcs11.Cryptoki.Attribute;
import org.certctl.keys.pkcs11.Cryptoki.TokenInfo;
import org.certctl.keys.pkcs11.Pkcs11Exception.Kind;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;

/// A token: its sessions, the login, and whether it is there.
///
/// Once its use has failed it counts as away, and is not used until {@link #check()} has found it
/// again. A PIN that it has refused is not tried a second time. Safe to use from many threads.
final class Pkcs11Token {

  /// After this many checks, at the latest, a token that is away is looked for again.
  private static final int LONGEST_PAUSE_CHECKS = 15;

  private final Pkcs11Module module;
  private final TokenName name;
  private final Optional<Secret> pin;
  private final Set<ObjectName> used = ConcurrentHashMap.newKeySet();
  private final Object connecting = new Object();
  private volatile @Nullable Connection connection;
  private volatile @Nullable Pkcs11Exception refusal;
  private volatile @Nullable Pkcs11Exception trouble;
  private int pauseChecks;
  private int checksToWait;

  /// The sessions with a token that is there.
  ///
  /// @param generation of the module
  /// @param idle sessions that nobody uses just now
  /// @param keys handles of private keys
  private record Connection(
      long generation, long slot, Deque<Long> idle, Map<ObjectName, Long> keys) {}

  /// Work with a session.
  @FunctionalInterface
  private interface SessionWork<T> {
    T run(Connection connection, long session) throws Pkcs11Exception;
  }

  /// Work with a key in a session.
  ///
  /// @param <T> its result
  @FunctionalInterface
  interface KeyWork<T> {
    T run(Cryptoki cryptoki, long slot, long session, long key) throws Pkcs11Exception;
  }

  Pkcs11Token(Pkcs11Module module, TokenName name, Optional<Secret> pin) {
    this.module = module;
    this.name = name;
    this.pin = pin;
  }

  /// Whether this is the PIN that it logs in with, or both are none.
  boolean hasPin(Optional<Secret> other) {
    return pin.isEmpty()
        ? other.isEmpty()
        : other.map(given -> pin.get().matches(given)).orElse(false);
  }

  /// Looks for a key that is used from now on, whether or not the token was away.
  void find(ObjectName key) throws Pkcs11Exception {
    try {
      module.run((cryptoki, generation) -> findIn(cryptoki, generation, key));
    } catch (Pkcs11Exception e) {
      if (e.kind() != Kind.NO_TOKEN && e.kind() != Kind.FAILED) {
        throw e;
      }
      // The module may know only what was there when it started.
      connection = null;
      module.restart();
      module.run((cryptoki, generation) -> findIn(cryptoki, generation, key));
    }
    used.add(key);
    trouble = null;
  }

  private boolean findIn(Cryptoki cryptoki, long generation, ObjectName key)
      throws Pkcs11Exception {
    Connection now = connected(cryptoki, generation);
    now.keys().put(key, inSession(cryptoki, now, (_, session) -> lookUp(cryptoki, session, key)));
    return true;
  }

  private static long lookUp(Cryptoki cryptoki, long session, ObjectName key)
      throws Pkcs11Exception {
    List<Long> found = cryptoki.find(session, key.template(Cryptoki.CKO_PRIVATE_KEY));
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw found.isEmpty()
        ? new Pkcs11Exception(Kind.NO_KEY, "there is no private key with " + key + " on the token")
        : new Pkcs11Exception(
            Kind.SEVERAL_KEYS,
            "there are " + found.size() + " private keys with " + key + " on the token");
  }

  /// Uses a key. A failure that a new session can mend is mended; otherwise the token is away.
  <T> T withKey(ObjectName key, KeyWork<T> work) throws Pkcs11Exception {
    Pkcs11Exception known = trouble;
    if (known != null) {
      throw new Pkcs11Exception(known.kind(), name + " is away: " + known.reason(), known);
    }
    try {
      return module.run((cryptoki, generation) -> use(cryptoki, generation, key, work));
    } catch (Pkcs11Exception e) {
      if (e.kind() != Kind.DATA_REFUSED && e.kind() != Kind.UNSUPPORTED) {
        noteAway(e);
      }
      throw e;
    }
  }

  private <T> T use(Cryptoki cryptoki, long generation, ObjectName key, KeyWork<T> work)
      throws Pkcs11Exception {
    Connection first = connected(cryptoki, generation);
    try {
      return useIn(cryptoki, first, key, work);
    } catch (Pkcs11Exception e) {
      if (e.kind() != Kind.FAILED) {
        throw e;
      }
      disconnect(first);
      return useIn(cryptoki, connected(cryptoki, generation), key, work);
    }
  }

  private <T> T useIn(Cryptoki cryptoki, Connection now, ObjectName key, KeyWork<T> work)
      throws Pkcs11Exception {
    return inSession(
        cryptoki,
        now,
        (_, session) -> {
          Long handle = now.keys().get(key);
          if (handle == null) {
            handle = lookUp(cryptoki, session, key);
            now.keys().put(key, handle);
          }
          return work.run(cryptoki, now.slot(), session, handle);
        });
  }

  private <T> T inSession(Cryptoki cryptoki, Connection now, SessionWork<T> work)
      throws Pkcs11Exception {
    Long idle = now.idle().poll();
    long session = idle != null ? idle : cryptoki.openSession(now.slot());
    boolean sound = false;
    try {
      T result = work.run(now, session);
      sound = true;
      return result;
    } catch (Pkcs11Exception e) {
      sound = e.kind() != Kind.FAILED;
      throw e;
    } finally {
      if (sound) {
        now.idle().push(session);
      } else {
        close(cryptoki, session);
      }
    }
  }

  private static void close(Cryptoki cryptoki, long session) {
    try {
      cryptoki.closeSession(session);
    } catch (Pkcs11Exception e) {
      // It is gone already, as the token is.
      return;
    }
  }

  private Connection connected(Cryptoki cryptoki, long generation) throws Pkcs11Exception {
    synchronized (connecting) {
      Connection now = connection;
      if (now == null || now.generation() != generation) {
        now = connect(cryptoki, generation);
        connection = now;
      }
      return now;
    }
  }

  @SuppressWarnings("ReferenceEquality") // that one, not one like it
  private void disconnect(Connection failed) {
    synchronized (connecting) {
      if (connection == failed) {
        connection = null;
      }
    }
  }

  private Connection connect(Cryptoki cryptoki, long generation) throws Pkcs11Exception {
    Pkcs11Exception refused = refusal;
    if (refused != null) {
      throw refused;
    }
    long slot = slot(cryptoki);
    long session = cryptoki.openSession(slot);
    try {
      if (cryptoki.tokenInfo(slot).loginRequired()) {
        login(cryptoki, session);
      }
    } catch (Pkcs11Exception e) {
      close(cryptoki, session);
      throw e;
    }
    Deque<Long> idle = new ConcurrentLinkedDeque<>();
    idle.push(session);
    return new Connection(generation, slot, idle, new ConcurrentHashMap<>());
  }

  private void login(Cryptoki cryptoki, long session) throws Pkcs11Exception {
    byte[] octets =
        pin.orElseThrow(
                () ->
                    new Pkcs11Exception(
                        Kind.PIN_MISSING, name + " wants a PIN, and none is configured"))
            .revealUtf8();
    try {
      cryptoki.login(session, octets);
    } catch (Pkcs11Exception e) {
      if (e.kind() == Kind.PIN_REFUSED) {
        refusal = new Pkcs11Exception(Kind.PIN_REFUSED, name + " refused the PIN: " + e.reason());
        throw new Pkcs11Exception(Kind.PIN_REFUSED, refusal.reason(), e);
      }
      throw e;
    } finally {
      java.util.Arrays.fill(octets, (byte) 0);
    }
  }

  private long slot(Cryptoki cryptoki) throws Pkcs11Exception {
    List<Long> matching = new ArrayList<>();
    for (long slot : cryptoki.slots()) {
      TokenInfo token = cryptoki.tokenInfo(slot);
      if (token.initialized() && name.matches(token)) {
        matching.add(slot);
      }
    }
    if (matching.size() == 1) {
      return matching.getFirst();
    }
    throw matching.isEmpty()
        ? new Pkcs11Exception(Kind.NO_TOKEN, "there is no " + name)
        : new Pkcs11Exception(
            Kind.SEVERAL_TOKENS, "there are " + matching.size() + " tokens that are " + name);
  }

  /// Looks whether the token and the keys in use are there. One that is away is looked for more and
  /// more rarely, every fifteenth time in the end. Not for several threads at once.
  void check() {
    if (trouble == null) {
      probe();
    } else if (checksToWait > 0) {
      checksToWait--;
    } else {
      recover();
    }
  }

  private void probe() {
    for (ObjectName key : used) {
      try {
        withKey(
            key,
            (cryptoki, _, session, handle) -> {
              if (lookUp(cryptoki, session, key) != handle) {
                throw new Pkcs11Exception(Kind.FAILED, "the key with " + key + " was replaced");
              }
              return true;
            });
      } catch (Pkcs11Exception e) {
        // Noted already: it is away.
        return;
      }
    }
  }

  private void recover() {
    try {
      connection = null;
      if (refusal == null) {
        module.restart();
      }
      for (ObjectName key : used) {
        module.run((cryptoki, generation) -> findIn(cryptoki, generation, key));
      }
      trouble = null;
    } catch (Pkcs11Exception e) {
      trouble = e;
      pauseChecks = Math.min(LONGEST_PAUSE_CHECKS, 2 * pauseChecks + 1);
      checksToWait = pauseChecks;
    }
  }

  private void noteAway(Pkcs11Exception cause) {
    connection = null;
    trouble = cause;
    pauseChecks = 0;
    checksToWait = 0;
  }

  /// Why it cannot be used just now; absent when nothing is known against it.
  Optional<String> trouble() {
    return Optional.ofNullable(trouble).map(Pkcs11Exception::reason);
  }

  /// The public attributes of the objects beside a key, by their class.
  Optional<byte[]> attributeBeside(ObjectName key, long objectClass, long type)
      throws Pkcs11Exception {
    return withKey(
        key,
        (cryptoki, _, session, handle) -> {
          Optional<byte[]> id = cryptoki.attribute(session, handle, Cryptoki.CKA_ID);
          if (id.isEmpty() || id.get().length == 0) {
            return Optional.empty();
          }
          List<Long> found =
              cryptoki.find(
                  session,
                  List.of(
                      Attribute.of(Cryptoki.CKA_CLASS, objectClass),
                      new Attribute(Cryptoki.CKA_ID, id.get())));
          return found.size() == 1
              ? cryptoki.attribute(session, found.getFirst(), type)
              : Optional.empty();
        });
  }

  @Override
  public String toString() {
    return name.toString();
  }
}
