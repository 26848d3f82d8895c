package org.certctl.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.AuditArchive;
import org.certctl.audit.AuditBlock;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditStore;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyMaterialException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl audit archive`: moves old blocks of the audit trail into a file.
///
/// The file is on disk, and was read back and verified, before anything is deleted; each deletion
/// is one transaction with the note of how far it went and its own event.
@Command(
    name = "archive",
    description = {
      "Move sealed blocks of the audit trail, with their events, out of the database into a file. May"
          + " run while the server runs. What stays is verified from where the file ends.",
      "The newest block always stays. Keep the file: without it, nobody can tell what was in it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl audit archive --before 365d --to /archive/certctl-audit-2026.txt",
      "  certctl audit verify --archive /archive/certctl-audit-2026.txt"
    })
public final class AuditArchiveCommand implements NestedCommand, Callable<Integer> {

  private static final int BLOCKS_PER_PAGE = 64;

  /// So many blocks are deleted in one transaction.
  private static final int BLOCKS_AT_ONCE = 16;

  private final CommandContext context;
  private final WritableRecords.Source source;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--before",
      paramLabel = "TIME",
      required = true,
      description =
          "Blocks sealed before this time: 2026-03-01, 2026-03-01T12:00:00Z, or how long ago: 365d.")
  private String before = "";

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "The archive; must not exist.")
  private Path target = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "PEM with a public key that may have sealed the trail. May be repeated.",
        "Default: the public half of the audit key in use."
      })
  private @Nullable List<Path> keys;

  /// Moves what is in the records of this source.
  public AuditArchiveCommand(CommandContext context, WritableRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public String parent() {
    return "audit";
  }

  @Override
  public Integer call()
      throws ConfigurationException,
          CommandFailedException,
          StoreUnavailableException,
          KeyMaterialException,
          IOException {
    Instant cutoff = AuditFilter.time("--before", before, context.clock()).orElseThrow();
    Configuration configuration = context.configuration(dataDirectory);
    List<SubjectPublicKeyInfo> trusted =
        TrustedAuditKeys.trusted(
            context, configuration, keys == null ? List.of() : keys, source::open);
    Path file = target.toAbsolutePath().normalize();
    if (Files.exists(file)) {
      throw new CommandFailedException(file + " exists already: name a new file");
    }
    try (WritableRecords records = source.open(configuration)) {
      AuditStore trail = records.auditStore();
      AuditHead start = trail.start();
      Optional<AuditHead> last = last(trail, start, cutoff);
      if (last.isEmpty()) {
        context.out().println("nothing to archive: no block but the newest was sealed before that");
        return ExitCode.OK;
      }
      write(trail, start, last.get(), trusted, file);
      delete(trail, start, last.get());
      context
          .out()
          .printf(
              "archived: events %d to %d in blocks %d to %d%nfile: %s%nhead: %s%n",
              start.lastSequence() + 1,
              last.get().lastSequence(),
              start.number() + 1,
              last.get().number(),
              file,
              last.get().hash());
      return ExitCode.OK;
    }
  }

  /// The last block sealed before that time, with all before it, but not the newest of all.
  private static Optional<AuditHead> last(AuditStore trail, AuditHead start, Instant cutoff)
      throws StoreUnavailableException {
    long newest = trail.head().number();
    Optional<AuditHead> last = Optional.empty();
    for (long next = start.number() + 1; ; ) {
      List<AuditBlock> page = trail.blocks(next, BLOCKS_PER_PAGE);
      for (AuditBlock block : page) {
        if (block.number() >= newest || !block.sealedAt().isBefore(cutoff)) {
          return last;
        }
        last = Optional.of(AuditHead.of(block));
        next = block.number() + 1;
      }
      if (page.isEmpty()) {
        return last;
      }
    }
  }

  private static void write(
      AuditStore trail,
      AuditHead start,
      AuditHead last,
      List<SubjectPublicKeyInfo> trusted,
      Path file)
      throws StoreUnavailableException, CommandFailedException, IOException {
    Path folder = Optional.ofNullable(file.getParent()).orElseThrow();
    Path draft = Files.createTempFile(folder, "." + file.getFileName(), ".unfinished");
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE);
          var out =
              new BufferedWriter(
                  new OutputStreamWriter(
                      Channels.newOutputStream(channel), StandardCharsets.US_ASCII))) {
        AuditArchive.write(trail, last, out);
        out.flush();
        channel.force(true);
      }
      try (AuditArchive archive = open(draft)) {
        requireIntact(archive, start, last, trusted);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.syncDirectory(folder);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /// Reads an archive.
  static AuditArchive open(Path file) {
    return new AuditArchive(() -> Files.newBufferedReader(file, StandardCharsets.US_ASCII));
  }

  private static void requireIntact(
      AuditArchive archive, AuditHead start, AuditHead last, List<SubjectPublicKeyInfo> trusted)
      throws StoreUnavailableException, CommandFailedException {
    boolean begins = archive.start().equals(start);
    switch (new AuditVerifier(archive, trusted).verify(Set.of(last.hash()))) {
      case AuditVerification.Intact intact
          when begins && intact.head().equals(last.hash()) && intact.blocks() == last.number() -> {}
      case AuditVerification.Intact _ ->
          throw new CommandFailedException(
              "nothing was archived: the file is not what was written");
      case AuditVerification.Broken broken ->
          throw new CommandFailedException(
              "nothing was archived: the trail is broken: %s: %s\nsee certctl audit verify; if another key sealed it once, name it with --key"
                  .formatted(broken.problem().code(), broken.explanation()));
    }
  }

  private void delete(AuditStore trail, AuditHead start, AuditHead last)
      throws StoreUnavailableException {
    AuditHead done = start;
    while (done.number() < last.number()) {
      done = next(trail, done, last);
      forget(trail, done);
    }
  }

  private static AuditHead next(AuditStore trail, AuditHead done, AuditHead last)
      throws StoreUnavailableException {
    Optional<AuditHead> cheap = trail.cheapPart(last).filter(head -> head.number() > done.number());
    if (cheap.isPresent()) {
      return cheap.get();
    }
    long number = Math.min(done.number() + BLOCKS_AT_ONCE, last.number());
    return AuditHead.of(trail.blocks(number, 1).getFirst());
  }

  private void forget(AuditStore trail, AuditHead head) throws StoreUnavailableException {
    trail.forget(
        head,
        new AuditEvent.TrailArchived(
            context.clock().instant(),
            context.operator(),
            Long.toString(head.number()),
            Long.toString(head.lastSequence()),
            head.hash().hex()));
  }
}
