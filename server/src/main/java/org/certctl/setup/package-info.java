/// Makes a data directory that is ready to serve: a CA, an RA, a TLS identity, an audit key and
/// settings.
@NullMarked
package org.certctl.setup;

import org.jspecify.annotations.NullMarked;
