/// Metrics, health and logs.
@NullMarked
package org.certctl.observe;

import org.jspecify.annotations.NullMarked;
