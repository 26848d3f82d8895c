package org.certctl.scep.cms;

import java.util.Optional;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepRequest;

/// What became of a message that can be answered in SCEP.
public sealed interface DecodedRequest {
  /// What a reply needs to know about the message.
  ReplyContext context();

  /// The same, to be answered in this style.
  default DecodedRequest in(ReplyStyle style) {
    return switch (this) {
      case Opened opened ->
          new Opened(opened.context().in(style), opened.type(), opened.request(), opened.csr());
      case Rejected rejected -> new Rejected(rejected.context().in(style), rejected.reason());
    };
  }

  /// A message whose signature verified and whose envelope was opened.
  ///
  /// Proved: who holds the key of the requester's certificate signed this message, and who holds
  /// the key in the PKCS#10 request signed that. Not proved: who they are, that they are the same,
  /// or that the message is new.
  ///
  /// @param context what a reply needs; its requester is present
  /// @param type the messageType
  /// @param request what is asked for
  /// @param csr the PKCS#10 request of a PKCSReq or RenewalReq, parsed and verified
  record Opened(ReplyContext context, MessageType type, ScepRequest request, Optional<Pkcs10> csr)
      implements DecodedRequest {

    /// The signer of the message.
    public Requester requester() {
      return context
          .requester()
          .orElseThrow(() -> new IllegalStateException("an opened message has a requester"));
    }
  }

  /// A message to be answered with FAILURE.
  ///
  /// @param context what a reply needs; proves nothing
  /// @param reason why
  record Rejected(ReplyContext context, RejectReason reason) implements DecodedRequest {}
}
