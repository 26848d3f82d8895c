package org.certctl.outbound;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/// An HTTP request.
///
/// @param method the method
/// @param uri where to; its query goes out exactly as it stands
/// @param fields header fields
/// @param body the body, empty for none; not copied
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record HttpCall(String method, URI uri, Map<String, String> fields, byte[] body) {

  /// Copies the fields.
  public HttpCall {
    fields = Map.copyOf(fields);
  }

  /// A GET.
  public static HttpCall get(URI uri) {
    return new HttpCall("GET", uri, Map.of(), new byte[0]);
  }

  /// A POST; whoever reads the body is told its type by {@link #with}.
  public static HttpCall post(URI uri, byte[] body) {
    return new HttpCall("POST", uri, Map.of(), body);
  }

  /// The same with one more header field.
  public HttpCall with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new HttpCall(method, uri, more, body);
  }

  /// The request line without the query, which may hold what is not to be shown.
  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getAuthority() + uri.getRawPath();
  }
}
