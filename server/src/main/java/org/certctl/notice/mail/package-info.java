/// Notices by mail.
@NullMarked
package org.certctl.notice.mail;

import org.jspecify.annotations.NullMarked;
