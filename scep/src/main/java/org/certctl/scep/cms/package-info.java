/// The CMS codec of SCEP (RFC 8894, section 3): parse, verify, open; and the way back, seal, sign.
///
/// What a message claims and what has been proved about it are different types. Which algorithms
/// are acceptable is an argument ({@link org.certctl.scep.AlgorithmPolicy}); keys stay behind
/// {@link org.certctl.scep.cms.RecipientKey} and {@link org.certctl.scep.cms.MessageSigner}.
@NullMarked
package org.certctl.scep.cms;

import org.jspecify.annotations.NullMarked;
