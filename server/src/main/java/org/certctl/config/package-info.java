/// Configuration: the only reader of `CERTCTL_*` variables and of `certctl.env`, and the checks
/// that stop a start.
///
/// Every option is declared once, in {@link org.certctl.config.Options}; reading, the reference and
/// the suggestions for mistyped keys all come from there.
@NullMarked
package org.certctl.config;

import org.jspecify.annotations.NullMarked;
