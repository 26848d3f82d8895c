package org.certctl.scep.client;

import org.jspecify.annotations.Nullable;

/// An HTTP request to a SCEP endpoint.
///
/// @param method GET or POST
/// @param rawQuery the query, encoded, without its question mark
/// @param contentType the media type of the body, if there is one
/// @param body the body, empty for GET; not copied
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record ScepHttpRequest(
    String method, String rawQuery, @Nullable String contentType, byte[] body) {}
