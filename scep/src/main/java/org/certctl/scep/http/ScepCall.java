package org.certctl.scep.http;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an HTTP request to a SCEP endpoint asks for (RFC 8894, section 4.1).
public sealed interface ScepCall {

  /// GetCACaps.
  record GetCaCaps() implements ScepCall {}

  /// GetCACert.
  ///
  /// @param message the CA identifier, if there was one; an unknown one is no reason to refuse
  record GetCaCert(@Nullable String message) implements ScepCall {}

  /// GetNextCACert.
  ///
  /// @param message the CA identifier, if there was one
  record GetNextCaCert(@Nullable String message) implements ScepCall {}

  /// PKIOperation by GET.
  ///
  /// @param message the decoded message, not yet parsed
  @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
  record PkiOperationGet(byte[] message) implements ScepCall {
    /// Copies the bytes.
    public PkiOperationGet {
      message = message.clone();
    }

    @Override
    public byte[] message() {
      return message.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof PkiOperationGet that && Arrays.equals(message, that.message);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(message);
    }

    @Override
    public String toString() {
      return "PkiOperationGet[" + message.length + " bytes]";
    }
  }

  /// PKIOperation by POST; the message is the body.
  record PkiOperationPost() implements ScepCall {}

  /// A request that is answered at the level of HTTP.
  ///
  /// @param status the HTTP status
  /// @param text a short text for the body, without anything of the request
  /// @param allow the value of the Allow header, for status 405
  record HttpRejection(int status, String text, Optional<String> allow) implements ScepCall {}
}
