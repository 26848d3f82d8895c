/// The static challenge: one shared secret for an endpoint.
@NullMarked
package org.certctl.challenge.fixed;

import org.jspecify.annotations.NullMarked;
