/// Load on a running server, and the cost of single steps. Prints figures and ratios; asserts no
/// time.
@NullMarked
package org.certctl.bench;

import org.jspecify.annotations.NullMarked;
