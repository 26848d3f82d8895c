/// The narrow contract of whoever signs certificates.
@NullMarked
package org.certctl.issuer;

import org.jspecify.annotations.NullMarked;
