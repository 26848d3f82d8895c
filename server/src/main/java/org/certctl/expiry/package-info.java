/// Watches the ends of certificates: those of the server, those that it trusts, and those that it
/// issued. No I/O.
@NullMarked
package org.certctl.expiry;

import org.jspecify.annotations.NullMarked;
