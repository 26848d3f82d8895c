/// `certctl connector`: connector challenges, looked at and made.
@NullMarked
package org.certctl.cli.connector;

import org.jspecify.annotations.NullMarked;
