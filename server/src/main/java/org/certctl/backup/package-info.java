/// Copies of a data directory: made while the server runs, checked, and installed again.
@NullMarked
package org.certctl.backup;

import org.jspecify.annotations.NullMarked;
