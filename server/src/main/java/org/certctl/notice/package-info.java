/// Notices to people and programs outside: what they say, and their way out through an outbox. No
/// I/O.
@NullMarked
package org.certctl.notice;

import org.jspecify.annotations.NullMarked;
