/// Removes records whose time is over, in small steps.
@NullMarked
package org.certctl.retention;

import org.jspecify.annotations.NullMarked;
