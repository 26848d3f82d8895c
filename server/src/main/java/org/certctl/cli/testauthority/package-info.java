/// A server that makes trouble on purpose, for authors of clients.
@NullMarked
package org.certctl.cli.testauthority;

import org.jspecify.annotations.NullMarked;
