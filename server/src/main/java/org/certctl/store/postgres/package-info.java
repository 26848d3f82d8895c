/// The store on PostgreSQL, for one node or several: what differs from other engines.
@org.jspecify.annotations.NullMarked
package org.certctl.store.postgres;
