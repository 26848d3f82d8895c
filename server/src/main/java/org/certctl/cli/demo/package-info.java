/// `certctl demo`: a server and a simulated fleet of devices that enroll through it.
@NullMarked
package org.certctl.cli.demo;

import org.jspecify.annotations.NullMarked;
