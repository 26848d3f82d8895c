/// Certificate status: revocation, CRLs, OCSP. No I/O.
@NullMarked
package org.certctl.status;

import org.jspecify.annotations.NullMarked;
