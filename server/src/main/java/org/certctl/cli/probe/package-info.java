/// `certctl probe`: what a device would stumble over at a SCEP server.
@NullMarked
package org.certctl.cli.probe;

import org.jspecify.annotations.NullMarked;
