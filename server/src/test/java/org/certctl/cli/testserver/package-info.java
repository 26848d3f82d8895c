/// A SCEP server in memory, right by default and wrong on purpose, for tests of clients.
@NullMarked
package org.certctl.cli.testserver;

import org.jspecify.annotations.NullMarked;
