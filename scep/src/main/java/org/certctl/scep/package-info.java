/// The messages of SCEP (RFC 8894) as values: no bytes on a wire, no I/O, no clock.
@NullMarked
package org.certctl.scep;

import org.jspecify.annotations.NullMarked;
