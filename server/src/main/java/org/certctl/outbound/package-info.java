/// The one place HTTP clients come from: bounded in time and size, following no redirect, with
/// trust said explicitly.
@NullMarked
package org.certctl.outbound;

import org.jspecify.annotations.NullMarked;
