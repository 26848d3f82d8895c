package org.certctl.front.scep;

import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.scep.ScepRequest;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;

/// Answers GetCert and GetCRL (RFC 8894, sections 4.5 and 4.6).
final class FetchHandler implements MessageHandler {

  private final CertificateFetch certificates;
  private final CrlFetch crls;
  private final Replies replies;

  FetchHandler(CertificateFetch certificates, CrlFetch crls, Replies replies) {
    this.certificates = certificates;
    this.crls = crls;
    this.replies = replies;
  }

  @Override
  public Reply answer(ScepEndpoint endpoint, DecodedRequest.Opened message, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    Fetched fetched =
        switch (message.request()) {
          case ScepRequest.GetCert wanted ->
              certificates.fetch(endpoint, wanted, message.requester());
          case ScepRequest.GetCrl wanted -> crls.fetch(endpoint, wanted);
          case ScepRequest.PkcsReq _, ScepRequest.RenewalReq _, ScepRequest.CertPoll _ ->
              throw new IllegalStateException("such a message fetches something");
        };
    return replies.to(fetched, endpoint, message.context(), origin);
  }
}
