package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.AuditArchive;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditQuery;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.Sha256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `certctl audit`: the audit trail, to read and to verify.
@Command(name = "audit", description = "Read and verify the audit trail.")
public final class AuditCommand {

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads the records of this source.
  public AuditCommand(CommandContext context, StoredRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  /// `certctl audit verify`: whether the trail is what was sealed; {@link ExitCode#FAILURE} when it
  /// is not.
  @Command(
      name = "verify",
      description = {
        "Read the whole audit trail and say whether it is what was sealed: no event altered, removed"
            + " or moved. May run while the server runs.",
        "Note the head that is shown in another place, and name it with --head the next time: that"
            + " alone shows that nobody cut off the end.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl audit verify --data-dir /var/lib/certctl",
        "  certctl audit verify --head 5f0e… --key old-audit-key.pem --key audit-key.pem",
        "Exit codes: 0 intact, 1 broken."
      })
  int verify(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--head",
              paramLabel = "HEX",
              description =
                  "The head of an earlier run, which must still be there. May be repeated.")
          @Nullable List<String> heads,
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description = {
                "PEM with a public key that may have sealed the trail. May be repeated.",
                "Default: the public half of the audit key in use."
              })
          @Nullable List<Path> keys,
      @Option(
              names = "--archive",
              paramLabel = "FILE",
              description =
                  "Verify this file of certctl audit archive instead of the database. May be repeated,"
                      + " in the order in which the files follow each other.")
          @Nullable List<Path> archives)
      throws ConfigurationException,
          CommandFailedException,
          StoreUnavailableException,
          KeyMaterialException,
          IOException {
    Configuration configuration = context.configuration(dataDirectory);
    Set<Sha256> noted = new HashSet<>();
    for (String head : nonNull(heads)) {
      noted.add(digest(head));
    }
    List<SubjectPublicKeyInfo> trusted =
        TrustedAuditKeys.trusted(context, configuration, nonNull(keys), source);
    if (!nonNull(archives).isEmpty()) {
      return verify(nonNull(archives), trusted, noted);
    }
    try (StoredRecords records = source.open(configuration)) {
      AuditHead start = records.auditStore().start();
      int exitCode = print(new AuditVerifier(records.auditStore(), trusted).verify(noted));
      if (start.number() > 0) {
        context
            .out()
            .printf(
                "archived: events 1 to %d in blocks 1 to %d are not here; verified from the head %s on%n",
                start.lastSequence(), start.number(), start.hash());
      }
      return exitCode;
    }
  }

  /// Each archive, and that it follows the one before. A noted head may be in any of them.
  private int verify(List<Path> files, List<SubjectPublicKeyInfo> trusted, Set<Sha256> noted)
      throws StoreUnavailableException, IOException, CommandFailedException {
    Set<Sha256> missing = new HashSet<>(noted);
    Optional<AuditHead> before = Optional.empty();
    int exitCode = ExitCode.OK;
    for (Path file : files) {
      try (AuditArchive archive = AuditArchiveCommand.open(file)) {
        AuditHead start = archive.start();
        if (before.isPresent() && !before.get().equals(start)) {
          throw new CommandFailedException(
              file
                  + " begins with block "
                  + (start.number() + 1)
                  + " and does not follow the file before");
        }
        context
            .out()
            .printf(
                "%s: from block %d, which follows %s%n", file, start.number() + 1, start.hash());
        AuditVerifier verifier = new AuditVerifier(archive, trusted);
        AuditVerification found = verifier.verify(Set.of());
        for (Sha256 head : Set.copyOf(missing)) {
          if (verifier.verify(Set.of(head)) instanceof AuditVerification.Intact) {
            missing.remove(head);
          }
        }
        exitCode = Math.max(exitCode, print(found));
        before =
            found instanceof AuditVerification.Intact intact
                ? Optional.of(new AuditHead(intact.blocks(), intact.events(), intact.head()))
                : Optional.empty();
      }
    }
    if (!missing.isEmpty()) {
      throw new CommandFailedException(
          "block "
              + missing.iterator().next()
              + " was noted elsewhere and is in none of these files");
    }
    return exitCode;
  }

  private static Sha256 digest(String hex) throws CommandFailedException {
    try {
      return Sha256.ofDigest(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage("--head must be 64 hexadecimal digits");
    }
  }

  private int print(AuditVerification verification) {
    PrintWriter out = context.out();
    switch (verification) {
      case AuditVerification.Intact intact -> {
        out.printf("intact: %d events in %d blocks%n", intact.events(), intact.blocks());
        if (intact.unsealed() > 0) {
          out.printf("unsealed: %d newer events, not proved yet%n", intact.unsealed());
        }
        out.printf("head: %s%n", intact.head());
        return ExitCode.OK;
      }
      case AuditVerification.Broken broken -> {
        out.printf("broken: %s: %s%n", broken.problem().code(), broken.explanation());
        if (broken.sequence() != 0) {
          out.printf("event: %d%n", broken.sequence());
        }
        if (broken.block() != 0) {
          out.printf("block: %d%n", broken.block());
        }
        return ExitCode.FAILURE;
      }
    }
  }

  /// `certctl audit list`: entries of the trail, newest first.
  @Command(
      name = "list",
      description = {
        "List entries of the audit trail, the newest first. Proves nothing about them: see certctl"
            + " audit verify.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl audit list --since 24h --outcome refused",
        "  certctl audit list --serial 0a1b2c --json"
      })
  int list(
      @Mixin DataDirectoryOption dataDirectory,
      @Mixin AuditFilter filter,
      @Option(names = "--json", description = "Print one JSON object a line, with all details.")
          boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    AuditQuery query = filter.query(context.clock());
    List<AuditEntry> entries;
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      entries = records.auditSearch().find(query);
    }
    if (asJson) {
      entries.forEach(entry -> context.out().println(json.writeValueAsString(fields(entry))));
    } else {
      table(entries).print(context.out());
    }
    return ExitCode.OK;
  }

  private static TextTable table(List<AuditEntry> entries) {
    TextTable table =
        new TextTable(
            "ID", "TIME", "ACTION", "OUTCOME", "REASON", "ENDPOINT", "DEVICE", "SERIAL", "FROM");
    for (AuditEntry entry : entries) {
      table.add(
          Long.toString(entry.sequence()),
          entry.at().toString(),
          entry.action(),
          entry.outcome(),
          entry.reason(),
          entry.endpoint(),
          entry.details().getOrDefault("device", entry.details().getOrDefault("requester", "")),
          entry.resourceId(),
          entry.details().getOrDefault("source_address", ""));
    }
    return table;
  }

  private static Map<String, Object> fields(AuditEntry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", entry.sequence());
    fields.put("timestamp", entry.at().toString());
    fields.put("event_category", entry.category());
    fields.put("action", entry.action());
    fields.put("actor", entry.actor());
    fields.put("actor_type", entry.actorType());
    fields.put("resource_type", entry.resourceType());
    fields.put("resource_id", entry.resourceId());
    fields.put("outcome", entry.outcome());
    fields.put("reason", entry.reason());
    fields.put("endpoint", entry.endpoint());
    fields.put("transaction_id", entry.transactionId());
    fields.put("details", entry.details());
    return fields;
  }

  /// Picocli gives null for an option that was not named.
  private static <T> List<T> nonNull(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}
