package org.certctl.front.scep;

import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;

/// Makes trouble before the handler it stands in front of.
final class TroubleHandler implements MessageHandler {
  private static final String CODE = "test_authority";

  private final Trouble trouble;
  private final MessageHandler handler;
  private final Replies replies;

  TroubleHandler(Trouble trouble, MessageHandler handler, Replies replies) {
    this.trouble = trouble;
    this.handler = handler;
    this.replies = replies;
  }

  @Override
  public Reply answer(ScepEndpoint endpoint, DecodedRequest.Opened message, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    return switch (trouble.next()) {
      case Trouble.Fate.Refused refused ->
          replies.rejected(
              endpoint,
              message.context(),
              origin,
              new FailureAnswers.Answer(refused.failInfo(), CODE),
              CODE);
      case Trouble.Fate.Deferred _ -> handler.answer(endpoint.deferring(), message, origin);
      case Trouble.Fate.Spared _ -> handler.answer(endpoint, message, origin);
    };
  }
}
