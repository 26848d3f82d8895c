/// Secrets as a type of their own: redacted everywhere, compared in constant time.
@NullMarked
package org.certctl.secret;

import org.jspecify.annotations.NullMarked;
