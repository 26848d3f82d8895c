package org.certctl.enroll;

import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.pki.CertificateRequest;

/// What step 2 of the cycle says of a request; "cannot tell" is never a grant.
public sealed interface Authorization {

  /// The requester may have what is asked for, within the certificate profile.
  sealed interface Granted extends Authorization {

    /// What is to be decided on: as it came, or with the identity that was proved.
    CertificateRequest request();

    /// What names the device, for the audit trail; absent when only the request's subject does.
    Optional<String> device();

    /// What must be claimed in the same transaction as the intent, all or none.
    List<ChallengeClaim> claims();

    /// The certificate to be renewed; absent when none authorises the request.
    Optional<CertificateInventory.Entry> predecessor();

    /// What the audit trail tells of the challenge.
    ChallengeEvidence evidence();
  }

  /// A challenge authorises the request.
  ///
  /// @param method how, a stable code such as `static`
  record ByChallenge(
      CertificateRequest request,
      String method,
      Optional<String> device,
      List<ChallengeClaim> claims,
      ChallengeEvidence evidence)
      implements Granted {
    /// Keeps its own copy of the claims.
    public ByChallenge {
      claims = List.copyOf(claims);
    }

    @Override
    public Optional<CertificateInventory.Entry> predecessor() {
      return Optional.empty();
    }
  }

  /// A certificate of ours authorises its own renewal (RFC 8894, section 2.3).
  ///
  /// @param request what is asked for, with the predecessor's identity
  /// @param renewed the certificate to be renewed, as the inventory has it
  /// @param claims what a challenge that was demanded besides uses up
  /// @param evidence what the audit trail tells of that challenge
  record ByCertificate(
      CertificateRequest request,
      CertificateInventory.Entry renewed,
      List<ChallengeClaim> claims,
      ChallengeEvidence evidence)
      implements Granted {
    /// Keeps its own copy of the claims.
    public ByCertificate {
      claims = List.copyOf(claims);
    }

    @Override
    public Optional<String> device() {
      return Optional.of(renewed.device());
    }

    @Override
    public Optional<CertificateInventory.Entry> predecessor() {
      return Optional.of(renewed);
    }
  }

  /// Nothing authorises the request yet, but a human may, because it carries no challenge at all
  /// and the endpoint lets such requests wait. That the requester holds the key to be certified is
  /// proved twice; who it is, only a human can find out (RFC 8894, section 2.4).
  ///
  /// @param request what is asked for
  record LeftToHuman(CertificateRequest request) implements Authorization {}

  /// Nothing authorises the request.
  ///
  /// @param code the stable code
  /// @param explanation for operators
  /// @param reusedChallenge the id of a challenge that another request has used up: a breach;
  ///   absent otherwise
  /// @param device what names the device, when a challenge proved that
  /// @param evidence what the audit trail tells of the challenge
  record Refused(
      RefusalReason reason,
      String code,
      String explanation,
      Optional<String> reusedChallenge,
      Optional<String> device,
      ChallengeEvidence evidence)
      implements Authorization {
    /// Without a breach, and without evidence.
    public Refused(RefusalReason reason, String code, String explanation) {
      this(reason, code, explanation, Optional.empty(), Optional.empty(), ChallengeEvidence.none());
    }
  }

  /// We cannot tell just now; a repeat may help.
  record Unavailable(String explanation) implements Authorization {}
}
