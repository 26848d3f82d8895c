package org.certctl.challenge.connector;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.keys.SignerBundle;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Names;
import org.jspecify.annotations.Nullable;

/// The gates of one endpoint in their order. Consumes nothing; what a token uses up comes back as
/// claims. Safe to use from many threads at once.
public final class ConnectorGates {

  private final String endpoint;
  private final ConnectorRules rules;
  private final SignatureGate signatureGate;
  private final VersionGate versionGate = new VersionGate();
  private final TimeGate timeGate;
  private final AudienceGate audienceGate;
  private final BindingGate bindingGate;
  private final ComplianceCheck compliance;

  /// @param endpoint the endpoint's name
  /// @param rules what it asks of tokens
  /// @param anchors whom it trusts
  /// @param compliance asked last
  public ConnectorGates(
      String endpoint, ConnectorRules rules, TrustAnchors anchors, ComplianceCheck compliance) {
    this.endpoint = endpoint;
    this.rules = rules;
    this.signatureGate = new SignatureGate(anchors);
    this.timeGate = new TimeGate(rules);
    this.audienceGate = new AudienceGate(rules.audience());
    this.bindingGate = new BindingGate(rules.binding());
    this.compliance = compliance;
  }

  /// Walks a token through the gates up to the first that says no.
  public Examination judge(String token, CertificateRequest request, Instant now) {
    return new Walk(token, Optional.of(request), now, true).examination();
  }

  /// Walks a token through all gates that can say anything, whatever the others said: for people.
  /// What stands behind a signature that failed is then not proved.
  public Examination inspect(String token, Optional<CertificateRequest> request, Instant now) {
    return new Walk(token, request, now, false).examination();
  }

  /// One token on its way.
  private final class Walk {

    private final Instant now;
    private final boolean stopsAtFailure;
    private final List<Examination.Finding> findings = new ArrayList<>();
    private final List<ChallengeClaim> toClaim = new ArrayList<>();
    private @Nullable ConnectorClaims claims;
    private SignerBundle.@Nullable Signer signer;
    private String namesFound = "";
    private boolean stopped;

    Walk(String text, Optional<CertificateRequest> request, Instant now, boolean stopsAtFailure) {
      this.now = now;
      this.stopsAtFailure = stopsAtFailure;
      Optional<CompactToken> token = takeApart(text);
      token.ifPresent(this::readSigned);
      if (token.isPresent() && claims != null && !stopped) {
        examine(token.get(), claims, request);
      }
    }

    Examination examination() {
      return new Examination(
          findings, Optional.ofNullable(claims), signer != null, toClaim, namesFound);
    }

    private Optional<CompactToken> takeApart(String text) {
      try {
        CompactToken token = CompactToken.parse(text);
        found(Gate.SHAPE, new GateResult.Passed(text.length() + " characters in three parts"));
        return Optional.of(token);
      } catch (MalformedTokenException e) {
        found(Gate.SHAPE, new GateResult.Failed(ChallengeRefusal.TOKEN_MALFORMED, e.explanation()));
        return Optional.empty();
      }
    }

    private void readSigned(CompactToken token) {
      SignatureGate.Finding signature = signatureGate.examine(token, now);
      signer = signature.signer().orElse(null);
      found(Gate.SIGNATURE, signature.result());
      if (!stopped) {
        VersionGate.Finding version = versionGate.examine(token);
        claims = version.claims().orElse(null);
        found(Gate.VERSION, version.result());
      }
    }

    private void examine(
        CompactToken token, ConnectorClaims claimed, Optional<CertificateRequest> request) {
      found(Gate.TIME, timeGate.examine(claimed, now));
      if (!stopped) {
        found(Gate.AUDIENCE, audienceGate.examine(claimed));
      }
      if (!stopped) {
        found(
            Gate.BINDING,
            request
                .map(asked -> bind(claimed, asked))
                .orElse(new GateResult.NotReached("no request was given")));
      }
      if (!stopped) {
        claimToken(token, claimed);
        found(
            Gate.COMPLIANCE,
            compliance
                .objectionTo(claimed)
                .<GateResult>map(
                    objection ->
                        new GateResult.Failed(ChallengeRefusal.TOKEN_COMPLIANCE_FAILED, objection))
                .orElse(new GateResult.Passed("nobody objects")));
      }
    }

    private GateResult bind(ConnectorClaims claimed, CertificateRequest request) {
      try {
        BoundNames names = BoundNames.of(request);
        namesFound = names.text();
        return bindingGate.examine(claimed, names, namesFound);
      } catch (IllegalArgumentException e) {
        return new GateResult.Failed(
            ChallengeRefusal.TOKEN_CLAIM_MISMATCH, "the names in the request cannot be read");
      }
    }

    private void claimToken(CompactToken token, ConnectorClaims claimed) {
      if (signer == null) {
        GateResult unproved = new GateResult.NotReached("the signature failed");
        found(Gate.REPLAY, unproved);
        found(Gate.RATE_LIMIT, unproved);
        return;
      }
      toClaim.add(TokenClaims.once(signer, claimed, token));
      found(
          Gate.REPLAY,
          new GateResult.Passed(
              "to be claimed once, known by " + Names.printable(claimed.tokenId().orElse("hash"))));
      Optional<ChallengeClaim> slot =
          TokenClaims.perDevice(endpoint, claimed, rules.perDevice(), now);
      slot.ifPresent(toClaim::add);
      found(
          Gate.RATE_LIMIT,
          new GateResult.Passed(
              slot.isEmpty()
                  ? "no limit"
                  : "to be claimed, " + rules.perDevice() + " in 24 hours"));
    }

    private void found(Gate gate, GateResult result) {
      findings.add(new Examination.Finding(gate, result));
      stopped |= stopsAtFailure && result instanceof GateResult.Failed;
    }
  }
}
