package org.certctl.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.ScepProtocolSettings;
import org.certctl.config.ScepProtocolSettings.AlgorithmPolicyChoice;
import org.certctl.config.ScepProtocolSettings.ChainInReply;
import org.certctl.config.ScepProtocolSettings.EmptyContent;
import org.certctl.config.ScepProtocolSettings.ReplyAlgorithms;
import org.certctl.config.ScepSettings;
import org.certctl.enroll.Endpoint;
import org.certctl.front.scep.ScepAuthority;
import org.certctl.front.scep.ScepEndpoint;
import org.certctl.front.scep.ScepKey;
import org.certctl.front.scep.SigningTimeWindow;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.RaKey;
import org.certctl.pki.Sha256;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyGate;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.ReplyStyle;

/// Puts the configured SCEP endpoints together, anew whenever a key or the CA has changed.
///
/// What must outlive such a change, as the limits on wrong challenges do, is made once.
final class ScepEndpoints {

  private final ScepSettings settings;
  private final Map<String, CertificateProfile> certificateProfiles;
  private final Map<String, ChallengeValidator> validators = new HashMap<>();

  ScepEndpoints(
      ScepSettings settings,
      Map<String, CertificateProfile> certificateProfiles,
      ChallengeValidators validators) {
    this.settings = settings;
    this.certificateProfiles = Map.copyOf(certificateProfiles);
    for (ScepProfileSettings profile : settings.profiles()) {
      this.validators.put(profile.name(), validators.of(profile.name(), profile.challenges()));
    }
  }

  /// The endpoints with these CAs; those without a key are left out.
  ///
  /// @param keys the keys of each endpoint, by its name
  List<ScepEndpoint> with(LocalCas cas, Map<String, EndpointKeys> keys) {
    Set<Sha256> reserved = reserved(cas, keys);
    List<ScepEndpoint> endpoints = new ArrayList<>();
    for (ScepProfileSettings profile : settings.profiles()) {
      EndpointKeys own = keys.get(profile.name());
      if (own == null) {
        continue;
      }
      PolicyGate gate = new PolicyGate(certificateProfile(profile), reserved);
      endpoints.add(
          new ScepEndpoint(
              profile.path(),
              policy(profile.protocol().algorithmPolicy()),
              authority(profile, gate, cas.current(), own.current()),
              cas.next()
                  .filter(_ -> !own.next().isEmpty())
                  .map(next -> authority(profile, gate, next, own.next())),
              cas.former().stream().map(former -> enrollment(profile, gate, former.ca())).toList(),
              profile
                  .challenges()
                  .envelopePassword()
                  .map(password -> EnvelopePassword.of(password.revealText())),
              manner(profile.protocol())));
    }
    return endpoints;
  }

  /// @throws IllegalStateException when there is none: no policy is no policy to issue by
  private CertificateProfile certificateProfile(ScepProfileSettings profile) {
    CertificateProfile named = certificateProfiles.get(profile.profileId());
    if (named == null) {
      throw new IllegalStateException("there is no certificate profile " + profile.profileId());
    }
    return named;
  }

  private ScepAuthority authority(
      ScepProfileSettings profile, PolicyGate gate, LocalCa ca, List<RaKey> keys) {
    return new ScepAuthority(
        enrollment(profile, gate, ca),
        ca.chain(),
        keys.stream().map(key -> new ScepKey(key.recipientKey(), key.messageSigner())).toList());
  }

  private Endpoint enrollment(ScepProfileSettings profile, PolicyGate gate, LocalCa ca) {
    return new Endpoint(
        profile.name(),
        Optional.ofNullable(validators.get(profile.name())).orElseThrow(),
        profile.renewal().rules(),
        profile.approval(),
        gate,
        ca.issuer(),
        IssuerLimits.of(ca.chain()));
  }

  /// The keys of this server, which no device may have certified.
  private static Set<Sha256> reserved(LocalCas cas, Map<String, EndpointKeys> keys) {
    Set<Sha256> reserved = new HashSet<>();
    cas.all().forEach(ca -> ca.chain().forEach(each -> reserved.add(keyDigest(each))));
    for (EndpointKeys own : keys.values()) {
      own.all().forEach(key -> reserved.add(keyDigest(key.certificate())));
    }
    return reserved;
  }

  private static ScepEndpoint.Manner manner(ScepProtocolSettings protocol) {
    return new ScepEndpoint.Manner(
        protocol.chainInReply() == ChainInReply.CHAIN,
        protocol.failInfoText(),
        true,
        new ReplyStyle(
            protocol.replyAlgorithms() == ReplyAlgorithms.FOLLOW,
            protocol.replyOaep(),
            protocol.emptyContent() == EmptyContent.PRESENT),
        new SigningTimeWindow(protocol.signingTimeWindow()));
  }

  private static AlgorithmPolicy policy(AlgorithmPolicyChoice choice) {
    return switch (choice) {
      case STRICT -> AlgorithmPolicy.strict();
      case LEGACY -> AlgorithmPolicy.legacy();
    };
  }

  private static Sha256 keyDigest(X509CertificateHolder certificate) {
    try {
      return Sha256.over(certificate.getSubjectPublicKeyInfo().getEncoded("DER"));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed key can be encoded", e);
    }
  }
}
