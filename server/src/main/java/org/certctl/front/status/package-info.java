/// Certificate status by HTTP: CRLs, issuer certificates, OCSP.
@NullMarked
package org.certctl.front.status;

import org.jspecify.annotations.NullMarked;
