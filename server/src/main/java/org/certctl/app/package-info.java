/// The composition root and the program's entry.
@NullMarked
package org.certctl.app;

import org.jspecify.annotations.NullMarked;
