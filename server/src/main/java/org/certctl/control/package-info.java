/// How commands reach a running server.
@NullMarked
package org.certctl.control;

import org.jspecify.annotations.NullMarked;
