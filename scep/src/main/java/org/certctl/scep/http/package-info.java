/// The HTTP binding of SCEP (RFC 8894, section 4) as pure functions: query to operation, capability
/// text, media types.
@NullMarked
package org.certctl.scep.http;

import org.jspecify.annotations.NullMarked;
