/// A SCEP client (RFC 8894) made of the same parts as the server side, for tests, demonstrations,
/// load and probes.
///
/// It reaches the network only through {@link org.certctl.scep.client.ScepTransport}. It can also
/// build messages that are wrong on purpose.
@NullMarked
package org.certctl.scep.client;

import org.jspecify.annotations.NullMarked;
