package org.certctl.app;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.challenge.FailureLimiter;
import org.certctl.challenge.fixed.FixedChallenge;
import org.certctl.config.Configuration;
import org.certctl.config.LocalCaSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.ScepProtocolSettings.AlgorithmPolicyChoice;
import org.certctl.config.ScepProtocolSettings.ChainInReply;
import org.certctl.enroll.Endpoint;
import org.certctl.front.scep.ScepEndpoint;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.RaKey;
import org.certctl.observe.CertificateExpiries;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.PolicyGate;
import org.certctl.scep.AlgorithmPolicy;

/// The SCEP endpoints that are configured, put together from keys, issuer, profile and challenge.
record ScepEndpoints(List<ScepEndpoint> all) {

  ScepEndpoints {
    all = List.copyOf(all);
  }

  static ScepEndpoints of(
      Configuration configuration,
      CryptoProviders providers,
      SecureRandom random,
      CertificateExpiries expiries)
      throws KeyMaterialException {
    if (!configuration.scep().enabled()) {
      return new ScepEndpoints(List.of());
    }
    LocalCaSettings settings =
        configuration
            .localCa()
            .orElseThrow(() -> new IllegalStateException("checked by the configuration"));
    KeyPairFiles ca = KeyPairFiles.read(settings.certPath(), settings.keyPath(), providers);
    List<X509CertificateHolder> chain = ca.chain().certificates();
    LocalCaIssuer issuer =
        new LocalCaIssuer(
            LocalCaSettings.ISSUER_ID,
            chain.stream().map(ScepEndpoints::certificate).toList(),
            ca.key());
    for (X509CertificateHolder certificate : chain) {
      expiries.watch(
          "ca", certificate.getSubject().toString(), certificate.getNotAfter().toInstant());
    }

    List<RaKey> raKeys = new ArrayList<>();
    Set<Sha256> reserved = new HashSet<>();
    chain.forEach(certificate -> reserved.add(keyDigest(certificate)));
    for (ScepProfileSettings profile : configuration.scep().profiles()) {
      RaKey key = RaKey.read(profile.raCertPath(), profile.raKeyPath(), providers, random);
      raKeys.add(key);
      reserved.add(keyDigest(key.certificate()));
      expiries.watch("ra", profile.name(), key.certificate().getNotAfter().toInstant());
    }

    FailureLimiter failures =
        new FailureLimiter(configuration.scep().challengeFailuresPerMinute(), System::nanoTime);
    PolicyGate gate = new PolicyGate(CertificateProfile.defaults(), reserved);
    List<ScepEndpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < raKeys.size(); i++) {
      ScepProfileSettings profile = configuration.scep().profiles().get(i);
      Endpoint enrollment =
          new Endpoint(
              profile.name(),
              new FixedChallenge(profile.challengePassword(), failures),
              gate,
              issuer,
              chain.getFirst().getNotAfter().toInstant());
      endpoints.add(
          new ScepEndpoint(
              profile.path(),
              enrollment,
              policy(profile.protocol().algorithmPolicy()),
              List.of(raKeys.get(i).recipientKey()),
              raKeys.get(i).messageSigner(),
              chain,
              profile.protocol().chainInReply() == ChainInReply.CHAIN,
              profile.protocol().failInfoText()));
    }
    return new ScepEndpoints(endpoints);
  }

  private static AlgorithmPolicy policy(AlgorithmPolicyChoice choice) {
    return switch (choice) {
      case STRICT -> AlgorithmPolicy.strict();
      case LEGACY -> AlgorithmPolicy.legacy();
    };
  }

  private static IssuedCertificate certificate(X509CertificateHolder holder) {
    try {
      return IssuedCertificate.ofDer(holder.getEncoded());
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  private static Sha256 keyDigest(X509CertificateHolder certificate) {
    try {
      return Sha256.over(certificate.getSubjectPublicKeyInfo().getEncoded("DER"));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed key can be encoded", e);
    }
  }
}
