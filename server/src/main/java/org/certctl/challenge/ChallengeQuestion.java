package org.certctl.challenge;

import java.util.Optional;
import org.certctl.audit.Origin;
import org.certctl.pki.CertificateRequest;
import org.certctl.secret.Secret;

/// What a validator is asked: may this requester have a certificate for this request?
///
/// @param endpoint the endpoint's name
/// @param transactionId the SCEP transactionID as text
/// @param challenge the challengePassword; absent when none or an empty one was sent
/// @param request what is asked for
/// @param origin where it came from
public record ChallengeQuestion(
    String endpoint,
    String transactionId,
    Optional<Secret> challenge,
    CertificateRequest request,
    Origin origin) {}
