/// The store in one SQLite file: opening it, one writer that commits in groups, and readers.
@NullMarked
package org.certctl.store.sqlite;

import org.jspecify.annotations.NullMarked;
