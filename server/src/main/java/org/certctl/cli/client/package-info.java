/// The SCEP client of the command line: `certctl enroll`, and what the other commands that talk to
/// servers share with it.
@NullMarked
package org.certctl.cli.client;

import org.jspecify.annotations.NullMarked;
