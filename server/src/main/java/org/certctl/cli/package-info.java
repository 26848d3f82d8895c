/// The command line: what operators type, and what they read in return.
@NullMarked
package org.certctl.cli;

import org.jspecify.annotations.NullMarked;
