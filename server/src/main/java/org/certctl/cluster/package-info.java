/// Several nodes over one database: who is there, who leads what, and what all must hear of.
@org.jspecify.annotations.NullMarked
package org.certctl.cluster;
