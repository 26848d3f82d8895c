package org.certctl.keys.pkcs11;

import java.util.Arrays;
import java.util.Optional;
import org.certctl.keys.pkcs11.Pkcs11Exception.Kind;

/// What functions return that did not do what was asked (PKCS #11 v2.40, section 5.1): those that
/// are likely, for messages, and those that mean more than that the token failed.
enum ReturnValue {
  CKR_SLOT_ID_INVALID(0x03, Kind.FAILED),
  CKR_GENERAL_ERROR(0x05, Kind.FAILED),
  CKR_FUNCTION_FAILED(0x06, Kind.FAILED),
  CKR_CANT_LOCK(0x0a, Kind.MODULE),
  CKR_ATTRIBUTE_SENSITIVE(0x11, Kind.UNSUPPORTED),
  CKR_ATTRIBUTE_TYPE_INVALID(0x12, Kind.UNSUPPORTED),
  CKR_DATA_INVALID(0x20, Kind.DATA_REFUSED),
  CKR_DATA_LEN_RANGE(0x21, Kind.DATA_REFUSED),
  CKR_DEVICE_ERROR(0x30, Kind.FAILED),
  CKR_DEVICE_MEMORY(0x31, Kind.FAILED),
  CKR_DEVICE_REMOVED(0x32, Kind.FAILED),
  CKR_ENCRYPTED_DATA_INVALID(0x40, Kind.DATA_REFUSED),
  CKR_ENCRYPTED_DATA_LEN_RANGE(0x41, Kind.DATA_REFUSED),
  CKR_FUNCTION_CANCELED(0x50, Kind.FAILED),
  CKR_FUNCTION_NOT_SUPPORTED(0x54, Kind.UNSUPPORTED),
  CKR_KEY_HANDLE_INVALID(0x60, Kind.FAILED),
  CKR_KEY_TYPE_INCONSISTENT(0x63, Kind.UNSUPPORTED),
  CKR_KEY_FUNCTION_NOT_PERMITTED(0x68, Kind.UNSUPPORTED),
  CKR_MECHANISM_INVALID(0x70, Kind.UNSUPPORTED),
  CKR_OBJECT_HANDLE_INVALID(0x82, Kind.FAILED),
  CKR_PIN_INCORRECT(0xa0, Kind.PIN_REFUSED),
  CKR_PIN_INVALID(0xa1, Kind.PIN_REFUSED),
  CKR_PIN_LEN_RANGE(0xa2, Kind.PIN_REFUSED),
  CKR_PIN_EXPIRED(0xa3, Kind.PIN_REFUSED),
  CKR_PIN_LOCKED(0xa4, Kind.PIN_REFUSED),
  CKR_SESSION_CLOSED(0xb0, Kind.FAILED),
  CKR_SESSION_COUNT(0xb1, Kind.FAILED),
  CKR_SESSION_HANDLE_INVALID(0xb3, Kind.FAILED),
  CKR_TOKEN_NOT_PRESENT(0xe0, Kind.FAILED),
  CKR_TOKEN_NOT_RECOGNIZED(0xe1, Kind.FAILED),
  CKR_USER_ALREADY_LOGGED_IN(0x100, Kind.FAILED),
  CKR_USER_NOT_LOGGED_IN(0x101, Kind.FAILED),
  CKR_USER_PIN_NOT_INITIALIZED(0x102, Kind.PIN_REFUSED),
  CKR_CRYPTOKI_NOT_INITIALIZED(0x190, Kind.FAILED),
  CKR_CRYPTOKI_ALREADY_INITIALIZED(0x191, Kind.FAILED);

  private final long value;
  private final Kind kind;

  ReturnValue(long value, Kind kind) {
    this.value = value;
    this.kind = kind;
  }

  boolean is(long returned) {
    return value == returned;
  }

  static Pkcs11Exception exception(String function, long returned) {
    Optional<ReturnValue> known =
        Arrays.stream(values()).filter(each -> each.is(returned)).findFirst();
    return new Pkcs11Exception(
        known.map(each -> each.kind).orElse(Kind.FAILED),
        function
            + " returned "
            + known.map(Enum::name).orElseGet(() -> "0x" + Long.toHexString(returned)));
  }
}
