/// The store in SQL: tables, and the ports of the domain over them. What differs between engines
/// lives in a package of its own.
@NullMarked
package org.certctl.store;

import org.jspecify.annotations.NullMarked;
