package org.certctl.front.scep;

import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.RecipientKey;

/// One key that an endpoint speaks SCEP with: it opens what is encrypted to it and signs the
/// answer.
///
/// @param recipient opens envelopes
/// @param signer signs replies
public record ScepKey(RecipientKey recipient, MessageSigner signer) {}
