/// Values of the public key infrastructure: requests, certificates, serial numbers, names. No I/O.
@NullMarked
package org.certctl.pki;

import org.jspecify.annotations.NullMarked;
