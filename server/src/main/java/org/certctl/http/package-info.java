/// Listeners, limits, request ids: what every HTTP front stands behind.
@NullMarked
package org.certctl.http;

import org.jspecify.annotations.NullMarked;
