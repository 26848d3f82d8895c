package org.certctl.cli.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.Fingerprint;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.scep.CaCapability;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.client.ClientOptions;
import org.certctl.scep.client.EnrollmentRequest;
import org.certctl.scep.client.EnrollmentResult;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.ScepClient;
import org.certctl.scep.client.ScepHttpException;
import org.certctl.scep.client.ScepTransport;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.ScepCrypto;

/// One enrollment from GetCACaps to the certificate, telling on the way what it sees.
final class Enrollment {

  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(60);
  private static final int TRANSACTION_ID_BYTES = 20;

  /// What came of it.
  ///
  /// @param certificate the certificate
  /// @param chain the certificates of the CA above it, the issuing CA first
  record Outcome(X509CertificateHolder certificate, List<X509CertificateHolder> chain) {}

  private final ScepTransport transport;
  private final ScepCrypto crypto;
  private final SecureRandom random;
  private final Clock clock;
  private final Pause pause;
  private final PrintWriter out;
  private final PrintWriter err;

  Enrollment(
      ScepTransport transport,
      ScepCrypto crypto,
      SecureRandom random,
      Clock clock,
      Pause pause,
      PrintWriter out,
      PrintWriter err) {
    this.transport = transport;
    this.crypto = crypto;
    this.random = random;
    this.clock = clock;
    this.pause = pause;
    this.out = out;
    this.err = err;
  }

  /// Enrolls.
  ///
  /// @throws CommandFailedException when the CA cannot be trusted, refuses, or does not decide in
  ///   time
  Outcome run(EnrollmentPlan plan)
      throws CommandFailedException, IOException, InterruptedException {
    ScepClient plain = new ScepClient(transport, crypto, random, ClientOptions.defaults());
    Set<String> capabilities = capabilities(plain);
    CaCertificates ca = certificates(plain, plan);
    ClientOptions options = options(plan, capabilities);
    ScepClient client = new ScepClient(transport, crypto, random, options);
    EnrollmentRequest request =
        new EnrollmentRequest(
            plan.keyPair(),
            plan.wish().subject(),
            plan.wish().subjectAltNames(),
            plan.wish().challengeText());
    Identity signer = plan.renewal().map(Renewal::identity).orElseGet(() -> transientOf(plan));
    MessageType type =
        plan.renewal().map(old -> old.messageType(capabilities)).orElse(MessageType.PKCS_REQ);
    plan.renewal().ifPresent(old -> tellRenewal(old, type));
    try {
      EnrollmentResult result = client.enroll(ca, type, transactionId(plan), signer, request);
      return outcome(await(client, ca, result, plan), ca, plan);
    } catch (ScepFormatException e) {
      throw unusable("the answer", e);
    } catch (ScepHttpException e) {
      throw new CommandFailedException(
          "the server answered the request with "
              + e.getMessage()
              + (e.status() >= 500
                  ? "; it may work later, or the message is one it cannot read"
                  : "; certctl probe may find out why"),
          e);
    }
  }

  private Identity transientOf(EnrollmentPlan plan) {
    return SelfSigned.of(plan.keyPair(), plan.wish().subject(), clock.instant(), crypto, random);
  }

  private void tellRenewal(Renewal old, MessageType type) {
    Instant end = old.certificate().getNotAfter().toInstant();
    out.println(
        "Renews       "
            + Names.text(old.subject())
            + (type == MessageType.RENEWAL_REQ ? ", by RenewalReq" : ", by PKCSReq"));
    out.println("  SHA-256    " + Fingerprint.SHA_256.of(old.certificate()));
    out.println("  until      " + end);
    if (clock.instant().isAfter(end)) {
      err.println("warning: this certificate has ended; most servers will not renew it");
    }
    out.flush();
    err.flush();
  }

  private Set<String> capabilities(ScepClient client) throws IOException {
    try {
      Set<String> keywords = client.getCaCaps();
      out.println("Server       announces " + Names.printable(String.join(" ", keywords)));
      return keywords;
    } catch (ScepHttpException e) {
      err.println("warning: the server announces no capabilities (" + e.getMessage() + ")");
      return Set.of();
    }
  }

  private ClientOptions options(EnrollmentPlan plan, Set<String> capabilities) {
    boolean standard = capabilities.contains(CaCapability.SCEP_STANDARD.keyword());
    if (plan.wish().cipher() != ContentCipher.DES_EDE3
        && !standard
        && !capabilities.contains(CaCapability.AES.keyword())) {
      err.println("warning: the server does not announce AES; if it refuses, try --cipher des3");
    }
    if (plan.wish().cipher() == ContentCipher.DES_EDE3
        || plan.wish().digest() == DigestAlgorithm.SHA1) {
      err.println("warning: triple DES and SHA-1 are for old servers only");
    }
    ClientOptions best =
        ClientOptions.of(capabilities)
            .tolerant()
            .withAlgorithms(plan.wish().digest(), plan.wish().cipher(), KeyTransport.RSA_PKCS1);
    ClientOptions sealed =
        plan.wish()
            .challenge()
            .map(challenge -> best.withPassword(EnvelopePassword.of(challenge.revealText())))
            .orElse(best);
    return plan.wish().get() ? sealed.withPost(false) : sealed;
  }

  private CaCertificates certificates(ScepClient client, EnrollmentPlan plan)
      throws IOException, CommandFailedException {
    CaCertificates all;
    try {
      all = client.getCaCert(plan.wish().caIdentifier().orElse(null));
    } catch (ScepFormatException e) {
      throw unusable("the answer to GetCACert", e);
    }
    X509CertificateHolder issuer = all.issuer();
    out.println("CA           " + Names.text(issuer.getSubject()));
    out.println("  SHA-256    " + Fingerprint.SHA_256.of(issuer));
    CaCertificates trusted = plan.wish().fingerprint().isPresent() ? vouched(all, plan) : all;
    if (plan.wish().fingerprint().isEmpty()) {
      err.println(
          "warning: nothing vouches for this CA; compare the fingerprint, and give it with"
              + " --ca-fingerprint");
    }
    Instant now = clock.instant();
    for (X509CertificateHolder certificate : trusted.certificates()) {
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        err.println(
            "warning: expired "
                + certificate.getNotAfter().toInstant()
                + ": "
                + Names.text(certificate.getSubject()));
      }
    }
    out.flush();
    err.flush();
    return trusted;
  }

  private static CaCertificates vouched(CaCertificates all, EnrollmentPlan plan)
      throws CommandFailedException {
    Sha256 wanted = plan.wish().fingerprint().orElseThrow();
    CaCertificates trusted =
        CaTrust.vouchedFor(all, wanted)
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "this is not the CA you expect: none of its certificates has the"
                            + " fingerprint "
                            + wanted
                            + "; nothing was sent"));
    for (X509CertificateHolder needed : List.of(all.recipient(), all.signer())) {
      if (!trusted.certificates().contains(needed)) {
        throw new CommandFailedException(
            "the certificate with that fingerprint does not vouch for "
                + Names.text(needed.getSubject())
                + ", which requests are encrypted to; nothing was sent");
      }
    }
    return trusted;
  }

  /// Made of what is asked for, so that the same command run again continues where it was: a
  /// request that still waits is found, an answer that was lost is given again. A renewal has
  /// another one than what it renews, even for the same key.
  private static TransactionId transactionId(EnrollmentPlan plan) throws IOException {
    StringBuilder names = new StringBuilder(plan.wish().subject().toString());
    for (GeneralName name : plan.wish().subjectAltNames()) {
      names.append('\n').append(name);
    }
    plan.renewal().ifPresent(old -> names.append("\nrenews ").append(old.fingerprint()));
    Sha256 digest =
        Sha256.over(
            plan.keyPair().getPublic().getEncoded(),
            names.toString().getBytes(StandardCharsets.UTF_8));
    return TransactionId.of(digest.hex().substring(0, 2 * TRANSACTION_ID_BYTES));
  }

  private EnrollmentResult await(
      ScepClient client, CaCertificates ca, EnrollmentResult first, EnrollmentPlan plan)
      throws IOException, ScepFormatException, CommandFailedException, InterruptedException {
    EnrollmentResult result = first;
    Duration interval = plan.wish().pollInterval();
    Instant end = clock.instant().plus(plan.wish().maxWait());
    while (result instanceof EnrollmentResult.Pending pending) {
      Instant now = clock.instant();
      if (!now.isBefore(end)) {
        throw new CommandFailedException(
            "the request waits for a decision (transaction "
                + pending.transactionId()
                + "); run the same command again later");
      }
      Duration left = Duration.between(now, end);
      Duration wait = interval.compareTo(left) < 0 ? interval : left;
      out.println(
          "Pending      transaction "
              + pending.transactionId()
              + ", asking again in "
              + Math.max(1, wait.toSeconds())
              + " s");
      out.flush();
      pause.sleep(wait);
      result = client.poll(ca, pending);
      interval = longer(interval);
    }
    return result;
  }

  private static Duration longer(Duration interval) {
    if (interval.compareTo(LONGEST_INTERVAL) >= 0) {
      return interval;
    }
    Duration doubled = interval.multipliedBy(2);
    return doubled.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : doubled;
  }

  private Outcome outcome(EnrollmentResult result, CaCertificates ca, EnrollmentPlan plan)
      throws CommandFailedException, IOException {
    return switch (result) {
      case EnrollmentResult.Issued issued -> checked(issued, ca, plan);
      case EnrollmentResult.Refused(_, var failInfo, Optional<String> text) ->
          throw new CommandFailedException(
              "the CA refused: "
                  + FailureHints.name(failInfo)
                  + text.map(words -> ", " + Names.printable(words)).orElse("")
                  + "\nhint: "
                  + (plan.renewal().isPresent()
                      ? FailureHints.ofRenewal(failInfo, text.orElse(""))
                      : FailureHints.hint(failInfo, text.orElse(""))));
      case EnrollmentResult.Pending _ ->
          throw new IllegalStateException("waiting ends with a decision");
    };
  }

  private Outcome checked(EnrollmentResult.Issued issued, CaCertificates ca, EnrollmentPlan plan)
      throws CommandFailedException, IOException {
    X509CertificateHolder certificate = issued.certificate();
    if (!java.util.Arrays.equals(
        certificate.getSubjectPublicKeyInfo().getEncoded(),
        plan.keyPair().getPublic().getEncoded())) {
      throw new CommandFailedException("the CA answered with a certificate for another key");
    }
    if (plan.renewal().isPresent() && plan.renewal().get().certificate().equals(certificate)) {
      throw new CommandFailedException("the CA answered with the old certificate");
    }
    List<X509CertificateHolder> chain = Chains.above(certificate, ca.certificates());
    if (chain.isEmpty()) {
      String fault = "the certificate is not signed by the CA that the server showed";
      if (plan.wish().fingerprint().isPresent()) {
        throw new CommandFailedException(fault + "; it was not written");
      }
      err.println("warning: " + fault);
    }
    return new Outcome(certificate, chain);
  }

  private static CommandFailedException unusable(String what, ScepFormatException e) {
    return new CommandFailedException(
        what
            + " cannot be used: "
            + e.getMessage()
            + " ("
            + e.code()
            + "); certctl probe may find out why",
        e);
  }
}
