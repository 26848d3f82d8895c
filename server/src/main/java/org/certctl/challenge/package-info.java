/// The contract of challenges: what a validator is asked and what it may answer.
@NullMarked
package org.certctl.challenge;

import org.jspecify.annotations.NullMarked;
