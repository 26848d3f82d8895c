package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.onetime.BoundIdentity;
import org.certctl.challenge.onetime.ChallengeMint;
import org.certctl.challenge.onetime.ChallengeUse;
import org.certctl.challenge.onetime.KnownChallenge;
import org.certctl.challenge.onetime.OneTimeChallenge;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.TimeSpan;
import org.certctl.enroll.ChallengeMac;
import org.certctl.issuer.local.SharedSecret;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyMaterialException;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `certctl challenge`: one-time challenges.
@Command(name = "challenge", description = "Make, list and revoke one-time challenges.")
public final class ChallengeCommand {

  private static final int MAX_COUNT = 1000;
  private static final int PAGE = 1000;
  private static final Duration MIN_TTL = Duration.ofMinutes(1);
  private static final Duration MAX_TTL = Duration.ofDays(90);

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final WritableRecords.Source writableSource;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads the records of one source and writes to those of the other.
  public ChallengeCommand(
      CommandContext context, StoredRecords.Source source, WritableRecords.Source writableSource) {
    this.context = context;
    this.source = source;
    this.writableSource = writableSource;
  }

  /// `certctl challenge create`: makes challenges and shows their values, this once.
  @Command(
      name = "create",
      description = {
        "Make one-time challenges and print their values, one a line. A value is shown now and never"
            + " again: only a keyed hash of it is kept.",
        "Each is good for one certificate of one profile, which must have ONE_TIME_CHALLENGES=true.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl challenge create --profile phones",
        "  certctl challenge create --profile laptops --subject \"CN=dev1,O=corp\" \\",
        "      --san dns:dev1.corp.example --san upn:ann@corp.example --ttl 24h",
        "  certctl challenge create --profile phones --count 100 --json > challenges.json"
      })
  int create(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--profile",
              paramLabel = "NAME",
              required = true,
              description = "The profile that the challenge is good for.")
          String profile,
      @Mixin ChallengeBinding binding,
      @Option(
              names = "--ttl",
              paramLabel = "TIME",
              defaultValue = "1h",
              description =
                  "How long the challenge is good for: 1m to 90d. Default: ${DEFAULT-VALUE}.")
          String timeToLive,
      @Option(
              names = "--count",
              paramLabel = "N",
              defaultValue = "1",
              description = "How many to make, 1 to 1000. Default: ${DEFAULT-VALUE}.")
          int count,
      @Option(names = "--json", description = "Print one JSON object a line.") boolean asJson)
      throws ConfigurationException,
          CommandFailedException,
          StoreUnavailableException,
          IOException {
    if (count < 1 || count > MAX_COUNT) {
      throw CommandFailedException.usage("--count must be 1 to " + MAX_COUNT);
    }
    Duration lifetime = lifetime(timeToLive);
    Optional<BoundIdentity> identity = binding.identity();
    Configuration configuration = context.configuration(dataDirectory);
    String endpoint = endpointTakingOneTimeChallenges(configuration, profile);
    List<ChallengeMint.Minted> minted = new ArrayList<>();
    try (WritableRecords records = writableSource.open(configuration)) {
      ChallengeMint mint = new ChallengeMint(macs(configuration, records), context.random());
      Instant now = context.clock().instant();
      for (int i = 0; i < count; i++) {
        minted.add(mint.mint(endpoint, identity, now, now.plus(lifetime)));
      }
      records
          .oneTimeChallenges()
          .add(
              minted.stream().map(ChallengeMint.Minted::challenge).toList(),
              minted.stream().map(one -> created(one.challenge())).toList());
    }
    minted.forEach(asJson ? this::printJson : this::printValue);
    return ExitCode.OK;
  }

  private static Duration lifetime(String text) throws CommandFailedException {
    return TimeSpan.parse(text)
        .filter(span -> span.compareTo(MIN_TTL) >= 0 && span.compareTo(MAX_TTL) <= 0)
        .orElseThrow(
            () -> CommandFailedException.usage("--ttl is 1m to 90d, such as 30m, 24h or 7d"));
  }

  private static String endpointTakingOneTimeChallenges(Configuration configuration, String name)
      throws CommandFailedException {
    String wanted = name.toLowerCase(Locale.ROOT);
    ScepProfileSettings profile =
        configuration
            .scep()
            .profile(wanted)
            .orElseThrow(() -> new CommandFailedException("there is no profile " + name));
    if (!profile.challenges().oneTime()) {
      throw new CommandFailedException(
          "profile %s does not take one-time challenges\nhint: set %s and start the server again"
              .formatted(wanted, "ONE_TIME_CHALLENGES=true"));
    }
    return wanted;
  }

  private static ChallengeMac macs(Configuration configuration, WritableRecords records)
      throws IOException, CommandFailedException, StoreUnavailableException {
    Path file = configuration.challengeMacKeyFile();
    try {
      Optional<Secret> secret = Optional.empty();
      if (configuration.sharesKeys()) {
        secret = new SharedSecret(records.sealedKeys(), configuration.encryption()).read();
      } else if (Files.exists(file)) {
        secret = Optional.of(InstallationSecret.read(file, configuration.encryption()));
      }
      return new ChallengeMac(
          secret.orElseThrow(
              () ->
                  new CommandFailedException(
                      "there is no "
                          + (configuration.sharesKeys() ? "key for challenges" : file)
                          + " yet: the server makes it at its first start")));
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(e.reason() + "\nhint: " + e.hint(), e);
    }
  }

  private AuditEvent created(OneTimeChallenge challenge) {
    return new AuditEvent.ChallengeCreated(
        challenge.createdAt(),
        context.operator().name(),
        challenge.id(),
        challenge.endpoint(),
        challenge.identity().map(BoundIdentity::text).orElse(""),
        challenge.expiresAt());
  }

  private void printValue(ChallengeMint.Minted minted) {
    context.out().println(minted.value().revealText());
  }

  private void printJson(ChallengeMint.Minted minted) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("challenge", minted.value().revealText());
    fields.putAll(fields(minted.challenge()));
    context.out().println(json.writeValueAsString(fields));
  }

  /// `certctl challenge list`: the challenges that are remembered, without their values.
  @Command(
      name = "list",
      description = {
        "List one-time challenges, the newest first. Values are not kept, so none is shown.",
        "States: unused, claimed (an enrollment is under way), used, revoked, expired.",
        ""
      },
      footer = {"", "Example:", "  certctl challenge list --profile phones --limit 20"})
  int list(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(names = "--profile", paramLabel = "NAME", description = "Only those of this profile.")
          @Nullable String profile,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "At most this many. Default: ${DEFAULT-VALUE}.")
          int limit,
      @Option(names = "--json", description = "Print one JSON object a line.") boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    if (limit < 1) {
      throw CommandFailedException.usage("--limit must be at least 1");
    }
    Optional<String> endpoint = Optional.ofNullable(profile).map(p -> p.toLowerCase(Locale.ROOT));
    List<KnownChallenge> known = new ArrayList<>();
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      long before = Long.MAX_VALUE;
      while (known.size() < limit) {
        int wanted = Math.min(PAGE, limit - known.size());
        List<KnownChallenge> page = records.oneTimeChallenges().page(endpoint, before, wanted);
        known.addAll(page);
        if (page.size() < wanted) {
          break;
        }
        before = page.getLast().position();
      }
    }
    if (asJson) {
      known.forEach(one -> context.out().println(json.writeValueAsString(fields(one))));
    } else {
      TextTable table = new TextTable("ID", "PROFILE", "STATE", "EXPIRES", "BOUND TO");
      for (KnownChallenge one : known) {
        OneTimeChallenge challenge = one.challenge();
        table.add(
            challenge.id(),
            challenge.endpoint(),
            state(one),
            challenge.expiresAt().toString(),
            challenge.identity().map(BoundIdentity::text).orElse(""));
      }
      table.print(context.out());
    }
    return ExitCode.OK;
  }

  private String state(KnownChallenge known) {
    return switch (known.use()) {
      case ChallengeUse.None() ->
          context.clock().instant().isBefore(known.challenge().expiresAt()) ? "unused" : "expired";
      case ChallengeUse.Revoked() -> "revoked";
      case ChallengeUse.Claimed _ -> "claimed";
      case ChallengeUse.Issued _ -> "used";
    };
  }

  private Map<String, Object> fields(KnownChallenge known) {
    Map<String, Object> fields = fields(known.challenge());
    fields.put("state", state(known));
    if (known.use() instanceof ChallengeUse.Issued issued) {
      fields.put("serial", issued.serialNumber());
    }
    return fields;
  }

  private static Map<String, Object> fields(OneTimeChallenge challenge) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", challenge.id());
    fields.put("profile", challenge.endpoint());
    fields.put("identity", challenge.identity().map(BoundIdentity::text).orElse(""));
    fields.put("created_at", challenge.createdAt().toString());
    fields.put("expires_at", challenge.expiresAt().toString());
    return fields;
  }

  /// `certctl challenge revoke`: makes challenges worthless that nobody has used yet.
  @Command(
      name = "revoke",
      description = {
        "Revoke one-time challenges that have not been used. When this ends without a complaint,"
            + " nobody can enroll with them.",
        ""
      },
      footer = {"", "Example:", "  certctl challenge revoke 3f9a1c0b7d2e4f60"})
  int revoke(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(
              paramLabel = "ID",
              arity = "1..*",
              description = "The id that `challenge list` shows.")
          List<String> ids)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    List<String> complaints = new ArrayList<>();
    try (WritableRecords records = writableSource.open(context.configuration(dataDirectory))) {
      for (String id : ids) {
        revoke(records.oneTimeChallenges(), id).ifPresent(complaints::add);
      }
    }
    if (!complaints.isEmpty()) {
      throw new CommandFailedException(String.join("\n", complaints));
    }
    return ExitCode.OK;
  }

  /// Revokes one, or says why not.
  private Optional<String> revoke(OneTimeChallengeStore store, String id)
      throws StoreUnavailableException {
    Optional<KnownChallenge> known = store.find(id.toLowerCase(Locale.ROOT));
    if (known.isEmpty()) {
      return Optional.of("there is no challenge " + id);
    }
    OneTimeChallenge challenge = known.get().challenge();
    AuditEvent event =
        new AuditEvent.ChallengeRevoked(
            context.clock().instant(),
            context.operator().name(),
            challenge.id(),
            challenge.endpoint());
    return switch (store.revoke(challenge, List.of(event))) {
      case OneTimeChallengeStore.Revocation.Done() -> {
        context.out().println("revoked " + challenge.id());
        yield Optional.empty();
      }
      case OneTimeChallengeStore.Revocation.TooLate(ChallengeUse.Issued issued) ->
          Optional.of(
              "challenge %s was used for certificate %s"
                  .formatted(challenge.id(), issued.serialNumber()));
      case OneTimeChallengeStore.Revocation.TooLate(ChallengeUse.Revoked()) ->
          Optional.of("challenge " + challenge.id() + " was revoked before");
      case OneTimeChallengeStore.Revocation.TooLate _ ->
          Optional.of(
              "an enrollment with challenge %s is under way; try again in a minute"
                  .formatted(challenge.id()));
    };
  }
}
