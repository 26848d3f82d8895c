/// Moves a store from one engine to another.
@org.jspecify.annotations.NullMarked
package org.certctl.store.copy;
