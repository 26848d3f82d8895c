/// Black-box tests: the packaged server is started as an operator starts it and driven by real SCEP
/// clients, by our own client and by raw sockets. Nothing of the server is on the class path.
@NullMarked
package org.certctl.it;

import org.jspecify.annotations.NullMarked;
