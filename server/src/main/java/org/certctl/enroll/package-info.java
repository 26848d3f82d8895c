/// The enrollment cycle: seven numbered steps from a verified request to an answer, losing and
/// doubling nothing.
@NullMarked
package org.certctl.enroll;

import org.jspecify.annotations.NullMarked;
