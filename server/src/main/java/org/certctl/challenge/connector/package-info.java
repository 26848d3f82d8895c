/// Connector challenges: JSON Web Tokens signed by a connector, an MDM or a portal, walked through
/// nine gates (docs/scep-intune.md).
@NullMarked
package org.certctl.challenge.connector;

import org.jspecify.annotations.NullMarked;
