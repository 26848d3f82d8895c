/// The change from one CA of this server to the next: which generations there are, and which of
/// them issues at a given instant.
@NullMarked
package org.certctl.rollover;

import org.jspecify.annotations.NullMarked;
