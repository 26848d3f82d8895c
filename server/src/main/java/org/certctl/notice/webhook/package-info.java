/// Notices by HTTP POST, signed.
@NullMarked
package org.certctl.notice.webhook;

import org.jspecify.annotations.NullMarked;
