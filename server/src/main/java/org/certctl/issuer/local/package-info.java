/// The built-in local CA.
@NullMarked
package org.certctl.issuer.local;

import org.jspecify.annotations.NullMarked;
