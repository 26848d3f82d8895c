/// Certificate profiles and the policy gate: a request becomes an approved request, or all its
/// violations.
@NullMarked
package org.certctl.profile;

import org.jspecify.annotations.NullMarked;
