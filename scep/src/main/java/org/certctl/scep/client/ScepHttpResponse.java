package org.certctl.scep.client;

import org.jspecify.annotations.Nullable;

/// An HTTP response of a SCEP endpoint.
///
/// @param status the HTTP status
/// @param contentType the media type with its parameters, if there is one
/// @param body the body; not copied
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record ScepHttpResponse(int status, @Nullable String contentType, byte[] body) {}
