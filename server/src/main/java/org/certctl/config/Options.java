package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.certctl.config.LogSettings.Format;
import org.certctl.config.LogSettings.Level;
import org.certctl.config.ScepProtocolSettings.AlgorithmPolicyChoice;
import org.certctl.config.ScepProtocolSettings.ChainInReply;
import org.certctl.config.ScepProtocolSettings.EmptyContent;
import org.certctl.config.ScepProtocolSettings.ReplyAlgorithms;
import org.certctl.keys.KeyLocation;
import org.certctl.profile.CertificateProfile;
import org.certctl.secret.Secret;

/// The catalogue: every option there is, declared once.
final class Options {

  static final Option<Path> DATA_DIR =
      new Option<>(
          "CERTCTL_DATA_DIR",
          Section.DATA,
          ValueTypes.path("a path, relative to the working directory or absolute"),
          Optional.of(Path.of("certctl-data")),
          "The data directory; `certctl init` makes one. Cannot stand in `certctl.env`, which lies"
              + " in this directory. `--data-dir` wins over it.",
          "/var/lib/certctl");

  static final Option<String> SERVER_HOST =
      new Option<>(
          "CERTCTL_SERVER_HOST",
          Section.SERVER,
          ValueTypes.host(),
          Optional.of(ServerSettings.defaults().host()),
          "The address to listen on. `0.0.0.0` listens on all addresses, which is what devices"
              + " need.",
          "0.0.0.0");

  static final Option<Integer> SERVER_PORT =
      new Option<>(
          "CERTCTL_SERVER_PORT",
          Section.SERVER,
          ValueTypes.port(),
          Optional.of(ServerSettings.defaults().port()),
          "The port of the HTTPS listener.",
          "443");

  static final Option<Path> SERVER_TLS_CERT_PATH =
      new Option<>(
          "CERTCTL_SERVER_TLS_CERT_PATH",
          Section.SERVER,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the TLS server certificate, then its chain without the root. Required.",
          "tls.crt");

  static final Option<Path> SERVER_TLS_KEY_PATH =
      new Option<>(
          "CERTCTL_SERVER_TLS_KEY_PATH",
          Section.SERVER,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the private key of the TLS server certificate, mode 0600. Required.",
          "tls.key");

  static final Option<Integer> MAX_BODY_SIZE =
      new Option<>(
          "CERTCTL_MAX_BODY_SIZE",
          Section.SERVER,
          ValueTypes.integer(16 * 1024, 8 * 1024 * 1024),
          Optional.of(ServerSettings.defaults().maxBodySizeBytes()),
          "The largest request body in bytes; a larger one is refused unread.",
          "1048576");

  static final Option<Duration> SHUTDOWN_TIMEOUT =
      new Option<>(
          "CERTCTL_SHUTDOWN_TIMEOUT",
          Section.SERVER,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
          Optional.of(ServerSettings.defaults().shutdownTimeout()),
          "How long enrollments under way may take to finish when the server stops.",
          "1m");

  static final Option<String> MANAGEMENT_HOST =
      new Option<>(
          "CERTCTL_MANAGEMENT_HOST",
          Section.MANAGEMENT,
          ValueTypes.host(),
          Optional.of(ManagementSettings.defaults().host()),
          "The address to listen on. The listener has neither TLS nor login.",
          "10.0.0.5");

  static final Option<Integer> MANAGEMENT_PORT =
      new Option<>(
          "CERTCTL_MANAGEMENT_PORT",
          Section.MANAGEMENT,
          ValueTypes.port(),
          Optional.of(ManagementSettings.defaults().port()),
          "The port of the management listener.",
          "9091");

  static final Option<Level> LOG_LEVEL =
      new Option<>(
          "CERTCTL_LOG_LEVEL",
          Section.LOGGING,
          ValueTypes.oneOf(Level.class),
          Optional.of(LogSettings.defaults().level()),
          "The least important level that is written. Secrets are not written at any level.",
          "debug");

  static final Option<Format> LOG_FORMAT =
      new Option<>(
          "CERTCTL_LOG_FORMAT",
          Section.LOGGING,
          ValueTypes.oneOf(Format.class),
          Optional.of(LogSettings.defaults().format()),
          "One JSON object per line, or plain text.",
          "text");

  static final Option<Path> CA_CERT_PATH =
      new Option<>(
          "CERTCTL_CA_CERT_PATH",
          Section.LOCAL_CA,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the certificate of the issuing CA first, then its chain up to and with the root;"
              + " or the PKCS #12 file that `CERTCTL_CA_KEY_PATH` names too."
              + " Required when a SCEP profile uses `iss-local`, unless the CA is in the database.",
          "ca.crt");

  static final Option<String> PUBLIC_URL =
      new Option<>(
          "CERTCTL_PUBLIC_URL",
          Section.STATUS,
          ValueTypes.publicUrl(),
          Optional.empty(),
          "The URL by which this server is reached from everywhere that certificates are checked."
              + " When set, certificates say that their CRL and their issuer are to be found below"
              + " it, for as long as they live: choose a name that will stay. Plain `http` is"
              + " right: what is served there is signed, and much software fetches it no other"
              + " way.",
          "http://pki.example.com");

  static final Option<Boolean> SCEP_ENABLED =
      new Option<>(
          "CERTCTL_SCEP_ENABLED",
          Section.SCEP,
          ValueTypes.bool(),
          Optional.of(ScepSettings.defaults().enabled()),
          "Whether SCEP is served at all.",
          "true");

  static final Option<List<String>> SCEP_PROFILES =
      new Option<>(
          "CERTCTL_SCEP_PROFILES",
          Section.SCEP,
          ValueTypes.profileNames(),
          Optional.of(List.of()),
          "The profiles, each an endpoint of its own at `/scep/<name>` with its own challenge.",
          "laptops,wifi-eap");

  static final Option<Integer> SCEP_HTTP_PORT =
      new Option<>(
          "CERTCTL_SCEP_HTTP_PORT",
          Section.SCEP,
          ValueTypes.port(),
          Optional.empty(),
          "The port of a plain HTTP listener that serves SCEP and certificate status and nothing"
              + " else; off when empty. Many devices cannot do TLS before they have a certificate;"
              + " SCEP messages are signed and encrypted in themselves.",
          "8080");

  static final Option<String> SCEP_NDES_PROFILE =
      new Option<>(
          "CERTCTL_SCEP_NDES_PROFILE",
          Section.SCEP,
          ValueType.of("the name of a profile", text -> text, text -> text),
          Optional.empty(),
          "The profile that also answers on `/certsrv/mscep/mscep.dll`, where devices look for"
              + " Microsoft NDES, in any letter case; none when empty.",
          "laptops");

  static final Option<Integer> SCEP_CHALLENGE_FAILURES_PER_MINUTE =
      new Option<>(
          "CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE",
          Section.SCEP,
          ValueTypes.integer(0, 1_000_000),
          Optional.of(ScepSettings.defaults().challengeFailuresPerMinute()),
          "How many wrong challenges one source address may send in a minute before further ones"
              + " are refused unseen; 0 for no limit. A wrong password of an envelope is one too.",
          "10");

  /// The options of each profile.
  static final ScepEndpointOptions PROFILE =
      ScepEndpointOptions.declare("", Section.SCEP_PROFILE, Optional.empty());

  /// The same for the single endpoint.
  static final ScepEndpointOptions SINGLE =
      ScepEndpointOptions.declare(
          "CERTCTL_SCEP_", Section.SCEP_SINGLE, Optional.of(LocalCaSettings.ISSUER_ID));

  static final Option<Boolean> ONE_TIME_CHALLENGES =
      new Option<>(
          "ONE_TIME_CHALLENGES",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(ChallengeSettings.defaults().oneTime()),
          "Whether challenges made by `certctl challenge create` are taken: each is good for one"
              + " certificate. `CHALLENGE_PASSWORD`, if set, is taken besides.",
          "true");

  static final Option<Boolean> PASSWORD_ENVELOPES =
      new Option<>(
          "PASSWORD_ENVELOPES",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(ChallengeSettings.defaults().passwordEnvelopes()),
          "Whether devices whose key cannot encrypt (EC) may seal requests with the static"
              + " challenge as a password, and get the reply so (RFC 8894, section 3.1). Whoever"
              + " records such a message can try guesses of the challenge at leisure.",
          "false");

  static final Option<AlgorithmPolicyChoice> ALGORITHM_POLICY =
      new Option<>(
          "ALGORITHM_POLICY",
          Section.SCEP_PROFILE,
          ValueTypes.oneOf(AlgorithmPolicyChoice.class),
          Optional.of(ScepProtocolSettings.defaults().algorithmPolicy()),
          "`strict` takes AES and SHA-2 only; `legacy` also triple DES and SHA-1, for old devices."
              + " What the endpoint announces follows from it.",
          "legacy");

  static final Option<ChainInReply> CHAIN_IN_REPLY =
      new Option<>(
          "CHAIN_IN_REPLY",
          Section.SCEP_PROFILE,
          ValueTypes.oneOf(ChainInReply.class),
          Optional.of(ScepProtocolSettings.defaults().chainInReply()),
          "Whether a reply holds only the new certificate, or its issuers too.",
          "chain");

  static final Option<Boolean> FAIL_INFO_TEXT =
      new Option<>(
          "FAIL_INFO_TEXT",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(ScepProtocolSettings.defaults().failInfoText()),
          "Whether a refusal says in words what is wrong. The words never tell whether a challenge"
              + " was close.",
          "false");

  static final Option<ReplyAlgorithms> REPLY_ALGORITHMS =
      new Option<>(
          "REPLY_ALGORITHMS",
          Section.SCEP_PROFILE,
          ValueTypes.oneOf(ReplyAlgorithms.class),
          Optional.of(ScepProtocolSettings.defaults().replyAlgorithms()),
          "`follow` answers with the digest and the cipher of the request, where they are allowed;"
              + " `standard` always with SHA-256 and AES-128-CBC.",
          "standard");

  static final Option<Boolean> REPLY_OAEP =
      new Option<>(
          "REPLY_OAEP",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(ScepProtocolSettings.defaults().replyOaep()),
          "Whether a request encrypted by RSAES-OAEP, as Windows may send, is answered by OAEP;"
              + " otherwise by PKCS#1 v1.5, as every other.",
          "false");

  static final Option<EmptyContent> EMPTY_CONTENT =
      new Option<>(
          "EMPTY_CONTENT",
          Section.SCEP_PROFILE,
          ValueTypes.oneOf(EmptyContent.class),
          Optional.of(ScepProtocolSettings.defaults().emptyContent()),
          "What a refusal, or an answer that the request is pending, has in the place of the"
              + " envelope: nothing (`absent`), as RFC 8894 says, or an empty content (`present`),"
              + " which certmonger needs to see that it was refused.",
          "present");

  static final Option<Duration> SIGNING_TIME_WINDOW =
      new Option<>(
          "SIGNING_TIME_WINDOW",
          Section.SCEP_PROFILE,
          ValueTypes.duration(Duration.ofMinutes(1), Duration.ofDays(365)),
          Optional.empty(),
          "How far the time at which a message says it was signed may be from now, either way;"
              + " otherwise, or if it does not say, it is refused with badTime. Any when empty:"
              + " devices without a clock enroll too.",
          "24h");

  /// What each of several nodes may say for itself.
  static final Set<Option<?>> OF_ONE_NODE =
      Set.of(
          SERVER_HOST,
          SERVER_PORT,
          MANAGEMENT_HOST,
          MANAGEMENT_PORT,
          SCEP_HTTP_PORT,
          MtlsOptions.PORT,
          LOG_LEVEL,
          LOG_FORMAT,
          DatabaseOptions.URL,
          DatabaseOptions.PASSWORD,
          DatabaseOptions.MAX_CONNS,
          DatabaseOptions.CONNECT_TIMEOUT,
          DatabaseOptions.STATEMENT_TIMEOUT,
          DatabaseOptions.LOCK_TIMEOUT,
          DatabaseOptions.NODE_NAME);

  /// All of them, in the order of the reference.
  static final List<Option<?>> ALL =
      Stream.<List<Option<?>>>of(
              List.of(
                  DATA_DIR,
                  SERVER_HOST,
                  SERVER_PORT,
                  SERVER_TLS_CERT_PATH,
                  SERVER_TLS_KEY_PATH,
                  MAX_BODY_SIZE,
                  SHUTDOWN_TIMEOUT,
                  MANAGEMENT_HOST,
                  MANAGEMENT_PORT),
              DatabaseOptions.ALL,
              RetentionOptions.ALL,
              List.of(
                  KeyOptions.ENCRYPTION_KEY,
                  LOG_LEVEL,
                  LOG_FORMAT,
                  CA_CERT_PATH,
                  KeyOptions.CA_KEY,
                  KeyOptions.CA_KEY_PASSWORD,
                  PUBLIC_URL,
                  CrlOptions.GENERATION_INTERVAL,
                  CrlOptions.VALIDITY,
                  CrlOptions.ON_REVOCATION,
                  CrlOptions.DELTA_ENABLED,
                  CrlOptions.DELTA_INTERVAL,
                  CrlOptions.DELTA_VALIDITY,
                  CrlOptions.PARTITIONS),
              OcspOptions.ALL,
              List.of(KeyOptions.AUDIT_KEY, KeyOptions.AUDIT_KEY_PASSWORD),
              NoticeOptions.ALL,
              CertificateProfileOptions.ALL,
              List.of(
                  SCEP_ENABLED,
                  SCEP_PROFILES,
                  SCEP_HTTP_PORT,
                  MtlsOptions.PORT,
                  SCEP_NDES_PROFILE,
                  SCEP_CHALLENGE_FAILURES_PER_MINUTE,
                  ApprovalOptions.TIMEOUT,
                  RaOptions.LIFETIME,
                  RaOptions.RENEW_BEFORE,
                  RaOptions.GRACE,
                  PROFILE.issuerId(),
                  PROFILE.profileId(),
                  PROFILE.challengePassword(),
                  ONE_TIME_CHALLENGES,
                  PASSWORD_ENVELOPES,
                  PROFILE.raCertPath(),
                  PROFILE.raKey(),
                  PROFILE.raKeyPassword(),
                  ALGORITHM_POLICY,
                  CHAIN_IN_REPLY,
                  FAIL_INFO_TEXT,
                  REPLY_ALGORITHMS,
                  REPLY_OAEP,
                  EMPTY_CONTENT,
                  SIGNING_TIME_WINDOW,
                  ApprovalOptions.MODE,
                  ApprovalOptions.MAX_PENDING,
                  ApprovalOptions.MAX_PENDING_PER_ADDRESS,
                  RenewalOptions.ENABLED,
                  RenewalOptions.WINDOW,
                  RenewalOptions.GRACE,
                  RenewalOptions.CHALLENGE_REQUIRED,
                  RenewalOptions.REVOKE_PREDECESSOR_AFTER,
                  ConnectorOptions.ENABLED,
                  ConnectorOptions.CONNECTOR_CERT_PATH,
                  ConnectorOptions.AUDIENCE,
                  ConnectorOptions.CHALLENGE_VALIDITY,
                  ConnectorOptions.PER_DEVICE_RATE_LIMIT_24H,
                  ConnectorOptions.CLOCK_SKEW_TOLERANCE,
                  ConnectorOptions.ALLOW_STATIC,
                  ConnectorOptions.CLAIM_BINDING,
                  MtlsOptions.ENABLED,
                  MtlsOptions.CLIENT_CA_TRUST_BUNDLE_PATH,
                  SINGLE.issuerId(),
                  SINGLE.profileId(),
                  SINGLE.challengePassword(),
                  SINGLE.raCertPath(),
                  SINGLE.raKey(),
                  SINGLE.raKeyPassword()))
          .<Option<?>>flatMap(List::stream)
          .toList();

  private Options() {}

  /// Where an option stands in the reference; all options of profiles stand in one place.
  static int position(String key) {
    int afterAll = ALL.size();
    for (int i = 0; i < afterAll; i++) {
      if (ALL.get(i).name().equals(key)) {
        return i;
      }
    }
    return afterAll;
  }

  /// The options that both a profile and the single endpoint have.
  ///
  /// @param issuerId which issuer makes the certificates
  /// @param profileId which certificate profile requests must meet
  /// @param challengePassword the static challenge
  /// @param raCertPath the RA certificate
  /// @param raKey the RA's private key
  /// @param raKeyPassword opens it
  record ScepEndpointOptions(
      Option<String> issuerId,
      Option<String> profileId,
      Option<Secret> challengePassword,
      Option<Path> raCertPath,
      Option<KeyLocation> raKey,
      Option<Secret> raKeyPassword) {

    private static ScepEndpointOptions declare(
        String prefix, Section section, Optional<String> defaultIssuer) {
      return new ScepEndpointOptions(
          new Option<>(
              prefix + "ISSUER_ID",
              section,
              ValueTypes.onlyKnown(
                  "issuer", List.of(LocalCaSettings.ISSUER_ID), "other issuers come later"),
              defaultIssuer,
              "Which issuer makes the certificates." + required(defaultIssuer.isEmpty()),
              LocalCaSettings.ISSUER_ID),
          new Option<>(
              prefix + "PROFILE_ID",
              section,
              ValueTypes.profileName(),
              Optional.of(CertificateProfile.DEFAULT_ID),
              "Which certificate profile the requests must meet; one of `CERTCTL_PROFILES` or of the"
                  + " file of `CERTCTL_PROFILES_PATH`, or `default`.",
              "wifi"),
          new Option<>(
              prefix + "CHALLENGE_PASSWORD",
              section,
              ValueTypes.secret(),
              Optional.empty(),
              "The static challenge that devices must send. White space counts. Required"
                  + (section == Section.SCEP_PROFILE
                      ? " unless `ONE_TIME_CHALLENGES` or `INTUNE_ENABLED` is on."
                      : "."),
              "(random)"),
          new Option<>(
              prefix + "RA_CERT_PATH",
              section,
              ValueTypes.path(),
              Optional.empty(),
              "PEM: the RA certificate (RSA, digitalSignature and keyEncipherment, issued by the"
                  + " issuing CA), or the certificate of the CA itself if it has these key usages."
                  + " When it is not set, the CA makes an RA certificate and renews it in time.",
              "ra.crt"),
          new Option<>(
              prefix + "RA_KEY_PATH",
              section,
              ValueTypes.key(),
              Optional.empty(),
              "The private key of the RA certificate. Required with the certificate. "
                  + KeyOptions.WHERE,
              "ra.key"),
          new Option<>(
              prefix + "RA_KEY_PASSWORD",
              section,
              ValueTypes.passphrase(),
              Optional.empty(),
              KeyOptions.opens(prefix + "RA_KEY_PATH"),
              "(random)"));
    }

    private static String required(boolean required) {
      return required ? " Required." : "";
    }
  }
}
