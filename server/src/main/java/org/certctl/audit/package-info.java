/// The audit trail: what can be told, its canonical encoding, sealed blocks, and the verifier.
@NullMarked
package org.certctl.audit;

import org.jspecify.annotations.NullMarked;
