/// One-time challenges: minted for an endpoint and, when asked, for one identity; good for one
/// certificate.
@NullMarked
package org.certctl.challenge.onetime;

import org.jspecify.annotations.NullMarked;
