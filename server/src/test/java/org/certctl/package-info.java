/// Tests of the house as a whole.
@NullMarked
package org.certctl;

import org.jspecify.annotations.NullMarked;
