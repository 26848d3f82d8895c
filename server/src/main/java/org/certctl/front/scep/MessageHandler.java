package org.certctl.front.scep;

import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;

/// Answers the messages of one or more message types.
@FunctionalInterface
interface MessageHandler {

  /// Answers a message whose signature verified and whose envelope was opened.
  Reply answer(ScepEndpoint endpoint, DecodedRequest.Opened message, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException;
}
