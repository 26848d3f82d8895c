/// Keys and certificates in files: reading, making and writing them, and signing with them.
///
/// With the crypto edge of `scep.cms` the only package that sees a `PrivateKey`.
@NullMarked
package org.certctl.keys;

import org.jspecify.annotations.NullMarked;
