/// SCEP over HTTP: bytes become a request of the enrollment cycle, its outcome becomes bytes.
@NullMarked
package org.certctl.front.scep;

import org.jspecify.annotations.NullMarked;
