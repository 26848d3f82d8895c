package org.certctl.keys.pkcs11;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.certctl.keys.pkcs11.Pkcs11Exception.Kind;

/// The functions of a PKCS #11 module that are used here, as they are in C (PKCS #11 v2.40, section
/// 5), on platforms where `CK_ULONG` has 64 bits.
///
/// Knows nothing of who uses them: no locks, no state. All throw {@link Pkcs11Exception} when a
/// function does not return `CKR_OK`.
final class Cryptoki {

  static final long CKO_CERTIFICATE = 1;
  static final long CKO_PUBLIC_KEY = 2;
  static final long CKO_PRIVATE_KEY = 3;
  static final long CKK_RSA = 0;
  static final long CKK_EC = 3;
  static final long CKA_CLASS = 0;
  static final long CKA_TOKEN = 1;
  static final long CKA_LABEL = 3;
  static final long CKA_VALUE = 0x11;
  static final long CKA_KEY_TYPE = 0x100;
  static final long CKA_ID = 0x102;
  static final long CKA_MODULUS = 0x120;
  static final long CKA_PUBLIC_EXPONENT = 0x122;
  static final long CKA_EC_PARAMS = 0x180;
  static final long CKA_EC_POINT = 0x181;
  static final long CKM_RSA_PKCS = 0x01;
  static final long CKM_RSA_X_509 = 0x03;
  static final long CKM_ECDSA = 0x1041;
  static final long CKF_DECRYPT = 0x200;
  static final long CKF_SIGN = 0x800;

  private static final long CKF_OS_LOCKING_OK = 2;
  private static final long CKF_SERIAL_SESSION = 4;
  private static final long CKF_LOGIN_REQUIRED = 4;
  private static final long CKF_TOKEN_INITIALIZED = 0x400;
  private static final long CKU_USER = 1;
  private static final long UNAVAILABLE_INFORMATION = -1;
  private static final int LONG_BYTES = 8;
  private static final int ATTRIBUTE_BYTES = 24;
  private static final int INITIALIZE_ARGS_BYTES = 48;
  private static final int INITIALIZE_ARGS_FLAGS = 32;
  private static final int TOKEN_INFO_BYTES = 208;
  private static final int TOKEN_INFO_FLAGS = 96;
  private static final int MECHANISM_INFO_BYTES = 24;
  private static final int MECHANISM_INFO_FLAGS = 16;
  private static final int MAX_RESULT_BYTES = 2048;
  private static final int MAX_ATTRIBUTE_BYTES = 64 * 1024;
  private static final int MAX_SLOTS = 1024;
  private static final int MAX_FOUND = 64;

  /// The functions with their places in `CK_FUNCTION_LIST`, counted after the version.
  private enum Function {
    C_Initialize(0, ADDRESS),
    C_Finalize(1, ADDRESS),
    C_GetSlotList(4, JAVA_BYTE, ADDRESS, ADDRESS),
    C_GetTokenInfo(6, JAVA_LONG, ADDRESS),
    C_GetMechanismInfo(8, JAVA_LONG, JAVA_LONG, ADDRESS),
    C_OpenSession(12, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS),
    C_CloseSession(13, JAVA_LONG),
    C_Login(18, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
    C_GetAttributeValue(24, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
    C_FindObjectsInit(26, JAVA_LONG, ADDRESS, JAVA_LONG),
    C_FindObjects(27, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS),
    C_FindObjectsFinal(28, JAVA_LONG),
    C_DecryptInit(33, JAVA_LONG, ADDRESS, JAVA_LONG),
    C_Decrypt(34, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS),
    C_SignInit(42, JAVA_LONG, ADDRESS, JAVA_LONG),
    C_Sign(43, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

    private final int place;

    @SuppressWarnings("Immutable") // it is, but does not say so
    private final FunctionDescriptor descriptor;

    Function(int place, MemoryLayout... arguments) {
      this.place = place;
      this.descriptor = FunctionDescriptor.of(JAVA_LONG, arguments);
    }
  }

  /// What a token says about itself (section 3.2, `CK_TOKEN_INFO`), without the padding.
  ///
  /// @param loginRequired whether private keys are only there after a login
  /// @param initialized whether it can hold keys at all
  record TokenInfo(
      String label,
      String manufacturer,
      String model,
      String serial,
      boolean loginRequired,
      boolean initialized) {}

  /// One attribute that an object must have.
  @SuppressWarnings("ArrayRecordComponent") // on its way into the module
  record Attribute(long type, byte[] value) {

    static Attribute of(long type, long value) {
      byte[] octets = new byte[LONG_BYTES];
      MemorySegment.ofArray(octets).set(JAVA_LONG.withByteAlignment(1), 0, value);
      return new Attribute(type, octets);
    }

    static Attribute of(long type, boolean value) {
      return new Attribute(type, new byte[] {(byte) (value ? 1 : 0)});
    }
  }

  private final Map<Function, MethodHandle> handles = new EnumMap<>(Function.class);

  private Cryptoki() {}

  /// Loads a module into this process, where it stays.
  @SuppressWarnings("restricted") // calling native code is what this class is for
  static Cryptoki load(Path library) throws Pkcs11Exception {
    Linker linker = Linker.nativeLinker();
    MemoryLayout cLong = linker.canonicalLayouts().get("long");
    if (cLong == null || cLong.byteSize() != LONG_BYTES) {
      throw new Pkcs11Exception(Kind.MODULE, "PKCS #11 is not supported on this platform");
    }
    if (!Files.isRegularFile(library)) {
      throw new Pkcs11Exception(Kind.MODULE, "there is no PKCS #11 module " + library);
    }
    MemorySegment entry;
    try {
      entry =
          SymbolLookup.libraryLookup(library, Arena.global())
              .find("C_GetFunctionList")
              .orElseThrow(() -> new IllegalArgumentException("it has no C_GetFunctionList"));
    } catch (IllegalArgumentException e) {
      throw new Pkcs11Exception(Kind.MODULE, library + " cannot be loaded as a PKCS #11 module", e);
    }
    Cryptoki loaded = new Cryptoki();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(ADDRESS);
      MethodHandle getFunctionList =
          linker.downcallHandle(entry, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
      check("C_GetFunctionList", invoke("C_GetFunctionList", getFunctionList, list));
      int places = Function.values()[Function.values().length - 1].place + 2;
      MemorySegment functions =
          list.get(ADDRESS, 0).reinterpret((long) places * ADDRESS.byteSize());
      for (Function each : Function.values()) {
        MemorySegment address = functions.get(ADDRESS, (each.place + 1L) * ADDRESS.byteSize());
        loaded.handles.put(each, linker.downcallHandle(address, each.descriptor));
      }
    }
    return loaded;
  }

  private long call(Function function, Object... arguments) {
    MethodHandle handle = handles.get(function);
    if (handle == null) {
      throw new IllegalStateException(function + " was not loaded");
    }
    return invoke(function.name(), handle, arguments);
  }

  private static long invoke(String name, MethodHandle handle, Object... arguments) {
    try {
      return (long) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }

  private static void check(String function, long returned) throws Pkcs11Exception {
    if (returned != 0) {
      throw ReturnValue.exception(function, returned);
    }
  }

  private void checked(Function function, Object... arguments) throws Pkcs11Exception {
    check(function.name(), call(function, arguments));
  }

  /// For use by many threads; it is no fault if another part of the process has done it already.
  void initialize() throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(INITIALIZE_ARGS_BYTES, LONG_BYTES);
      arguments.set(JAVA_LONG, INITIALIZE_ARGS_FLAGS, CKF_OS_LOCKING_OK);
      long returned = call(Function.C_Initialize, arguments);
      if (!ReturnValue.CKR_CRYPTOKI_ALREADY_INITIALIZED.is(returned)) {
        check(Function.C_Initialize.name(), returned);
      }
    }
  }

  /// Ends all sessions and forgets all tokens; it is no fault if that has happened already.
  void finish() throws Pkcs11Exception {
    long returned = call(Function.C_Finalize, MemorySegment.NULL);
    if (!ReturnValue.CKR_CRYPTOKI_NOT_INITIALIZED.is(returned)) {
      check(Function.C_Finalize.name(), returned);
    }
  }

  /// The slots that have a token in them.
  List<Long> slots() throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      checked(Function.C_GetSlotList, (byte) 1, MemorySegment.NULL, count);
      if (count.get(JAVA_LONG, 0) > MAX_SLOTS) {
        throw new Pkcs11Exception(Kind.MODULE, "the module has more than " + MAX_SLOTS + " slots");
      }
      MemorySegment slots = arena.allocate(JAVA_LONG, MAX_SLOTS);
      count.set(JAVA_LONG, 0, MAX_SLOTS);
      checked(Function.C_GetSlotList, (byte) 1, slots, count);
      return longs(slots, count.get(JAVA_LONG, 0));
    }
  }

  private static List<Long> longs(MemorySegment segment, long count) {
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(segment.getAtIndex(JAVA_LONG, i));
    }
    return values;
  }

  TokenInfo tokenInfo(long slot) throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(TOKEN_INFO_BYTES, LONG_BYTES);
      checked(Function.C_GetTokenInfo, slot, info);
      long flags = info.get(JAVA_LONG, TOKEN_INFO_FLAGS);
      return new TokenInfo(
          text(info, 0, 32),
          text(info, 32, 32),
          text(info, 64, 16),
          text(info, 80, 16),
          (flags & CKF_LOGIN_REQUIRED) != 0,
          (flags & CKF_TOKEN_INITIALIZED) != 0);
    }
  }

  private static String text(MemorySegment info, long offset, long length) {
    byte[] octets = info.asSlice(offset, length).toArray(JAVA_BYTE);
    return new String(octets, StandardCharsets.UTF_8).stripTrailing().replace("\0", "");
  }

  /// What a mechanism can be used for; absent when the token does not have it.
  OptionalLong mechanismFlags(long slot, long mechanism) throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(MECHANISM_INFO_BYTES, LONG_BYTES);
      long returned = call(Function.C_GetMechanismInfo, slot, mechanism, info);
      if (ReturnValue.CKR_MECHANISM_INVALID.is(returned)) {
        return OptionalLong.empty();
      }
      check(Function.C_GetMechanismInfo.name(), returned);
      return OptionalLong.of(info.get(JAVA_LONG, MECHANISM_INFO_FLAGS));
    }
  }

  /// Opens a session that only reads.
  long openSession(long slot) throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment session = arena.allocate(JAVA_LONG);
      checked(
          Function.C_OpenSession,
          slot,
          CKF_SERIAL_SESSION,
          MemorySegment.NULL,
          MemorySegment.NULL,
          session);
      return session.get(JAVA_LONG, 0);
    }
  }

  void closeSession(long session) throws Pkcs11Exception {
    checked(Function.C_CloseSession, session);
  }

  /// Logs in for all sessions of this process with the token; it is no fault if it has happened
  /// already.
  void login(long session, byte[] pin) throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment octets = arena.allocateFrom(JAVA_BYTE, pin);
      try {
        long returned = call(Function.C_Login, session, CKU_USER, octets, (long) pin.length);
        if (!ReturnValue.CKR_USER_ALREADY_LOGGED_IN.is(returned)) {
          check(Function.C_Login.name(), returned);
        }
      } finally {
        octets.fill((byte) 0);
      }
    }
  }

  /// The handles of the objects that have all these attributes, of at most 64.
  List<Long> find(long session, List<Attribute> attributes) throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment template =
          arena.allocate((long) attributes.size() * ATTRIBUTE_BYTES, LONG_BYTES);
      for (int i = 0; i < attributes.size(); i++) {
        Attribute attribute = attributes.get(i);
        MemorySegment value = arena.allocateFrom(JAVA_BYTE, attribute.value());
        set(template.asSlice((long) i * ATTRIBUTE_BYTES), attribute.type(), value);
      }
      checked(Function.C_FindObjectsInit, session, template, (long) attributes.size());
      try {
        MemorySegment found = arena.allocate(JAVA_LONG, MAX_FOUND);
        MemorySegment count = arena.allocate(JAVA_LONG);
        checked(Function.C_FindObjects, session, found, (long) MAX_FOUND, count);
        return longs(found, count.get(JAVA_LONG, 0));
      } finally {
        checked(Function.C_FindObjectsFinal, session);
      }
    }
  }

  private static void set(MemorySegment structure, long type, MemorySegment value) {
    structure.set(JAVA_LONG, 0, type);
    structure.set(ADDRESS, LONG_BYTES, value);
    structure.set(JAVA_LONG, 2L * LONG_BYTES, value.byteSize());
  }

  /// The value of an attribute; absent when the object has none or does not tell it.
  Optional<byte[]> attribute(long session, long object, long type) throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, LONG_BYTES);
      attribute.set(JAVA_LONG, 0, type);
      long returned = call(Function.C_GetAttributeValue, session, object, attribute, 1L);
      long length = attribute.get(JAVA_LONG, 2L * LONG_BYTES);
      if (ReturnValue.CKR_ATTRIBUTE_SENSITIVE.is(returned)
          || ReturnValue.CKR_ATTRIBUTE_TYPE_INVALID.is(returned)
          || length == UNAVAILABLE_INFORMATION) {
        return Optional.empty();
      }
      check(Function.C_GetAttributeValue.name(), returned);
      if (length < 0 || length > MAX_ATTRIBUTE_BYTES) {
        throw new Pkcs11Exception(Kind.UNSUPPORTED, "an attribute has " + length + " octets");
      }
      MemorySegment value = arena.allocate(Math.max(1, length));
      set(attribute, type, value.asSlice(0, length));
      checked(Function.C_GetAttributeValue, session, object, attribute, 1L);
      return Optional.of(value.asSlice(0, length).toArray(JAVA_BYTE));
    }
  }

  /// The value of an attribute that is a number.
  OptionalLong number(long session, long object, long type) throws Pkcs11Exception {
    Optional<byte[]> value = attribute(session, object, type);
    return value.isPresent() && value.get().length == LONG_BYTES
        ? OptionalLong.of(MemorySegment.ofArray(value.get()).get(JAVA_LONG.withByteAlignment(1), 0))
        : OptionalLong.empty();
  }

  /// Signs with a mechanism that takes no parameters.
  byte[] sign(long session, long mechanism, long key, byte[] data) throws Pkcs11Exception {
    return compute(Function.C_SignInit, Function.C_Sign, session, mechanism, key, data);
  }

  /// Decrypts with a mechanism that takes no parameters.
  byte[] decrypt(long session, long mechanism, long key, byte[] data) throws Pkcs11Exception {
    return compute(Function.C_DecryptInit, Function.C_Decrypt, session, mechanism, key, data);
  }

  private byte[] compute(
      Function begin, Function compute, long session, long mechanism, long key, byte[] data)
      throws Pkcs11Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(ATTRIBUTE_BYTES, LONG_BYTES);
      parameters.set(JAVA_LONG, 0, mechanism);
      checked(begin, session, parameters, key);
      MemorySegment input = arena.allocateFrom(JAVA_BYTE, data);
      MemorySegment output = arena.allocate(MAX_RESULT_BYTES);
      MemorySegment length = arena.allocate(JAVA_LONG);
      length.set(JAVA_LONG, 0, MAX_RESULT_BYTES);
      try {
        checked(compute, session, input, (long) data.length, output, length);
        return output.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
      } finally {
        output.fill((byte) 0);
      }
    }
  }
}
