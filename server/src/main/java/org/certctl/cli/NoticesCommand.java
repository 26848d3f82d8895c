package org.certctl.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.keys.KeyMaterialException;
import org.certctl.notice.DeliveryResult;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeOutbox;
import org.certctl.notice.Notifier;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.OutboxEntry.State;
import org.certctl.notice.Target;
import org.certctl.pki.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `certctl notices`: what goes out to people and programs, and what could not.
@Command(
    name = "notices",
    description = "Show notices on their way out, try the way, and put back what was given up.")
public final class NoticesCommand {

  private static final int PAGE = 500;
  private static final int ID_BYTES = 16;

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final WritableRecords.Source writableSource;
  private final NotifierSource notifiers;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads and writes the records of these sources.
  public NoticesCommand(
      CommandContext context,
      StoredRecords.Source source,
      WritableRecords.Source writableSource,
      NotifierSource notifiers) {
    this.context = context;
    this.source = source;
    this.writableSource = writableSource;
    this.notifiers = notifiers;
  }

  /// `certctl notices list`: newest first.
  @Command(
      name = "list",
      description = {
        "List notices, newest first: those to be delivered, those delivered in the last seven days,"
            + " and the dead ones, which were given up and wait for you.",
        ""
      },
      footer = {"", "Example:", "  certctl notices list --dead"})
  int list(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(names = "--dead", description = "Only those that were given up.") boolean dead,
      @Option(names = "--json", description = "Print one JSON object a line.") boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    List<OutboxEntry> entries;
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      entries = all(records.notices(), dead ? Optional.of(State.DEAD) : Optional.empty());
    }
    if (asJson) {
      entries.forEach(entry -> context.out().println(json.writeValueAsString(fields(entry))));
    } else {
      TextTable table = new TextTable("NUMBER", "STATE", "MADE", "TO", "ATTEMPTS", "NEXT", "WHAT");
      for (OutboxEntry entry : entries) {
        table.add(
            Long.toString(entry.number()),
            entry.state().wireValue(),
            time(entry.notice().at()),
            entry.target().text(),
            Integer.toString(entry.attempts()),
            entry.state() == State.QUEUED ? time(entry.nextAttemptAt()) : "",
            entry.lastError().isEmpty() || entry.state() == State.DELIVERED
                ? entry.notice().summary()
                : entry.notice().summary() + ": " + entry.lastError());
      }
      table.print(context.out());
    }
    return ExitCode.OK;
  }

  private static List<OutboxEntry> all(NoticeOutbox outbox, Optional<State> state)
      throws StoreUnavailableException {
    List<OutboxEntry> entries = new ArrayList<>();
    long before = Long.MAX_VALUE;
    List<OutboxEntry> page;
    do {
      page = outbox.page(before, state, PAGE);
      entries.addAll(page);
      before = page.isEmpty() ? before : page.getLast().number();
    } while (page.size() == PAGE);
    return entries;
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> fields(OutboxEntry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", entry.number());
    fields.put("state", entry.state().wireValue());
    fields.put("id", entry.notice().id());
    fields.put("type", entry.notice().kind().wireValue());
    fields.put("created_at", entry.notice().at().toString());
    fields.put("notifier", entry.target().notifier());
    fields.put("address", entry.target().address());
    fields.put("attempts", entry.attempts());
    fields.put("next_attempt_at", entry.nextAttemptAt().toString());
    entry.closedAt().ifPresent(at -> fields.put("closed_at", at.toString()));
    fields.put("last_error", entry.lastError());
    fields.put("summary", entry.notice().summary());
    return fields;
  }

  /// `certctl notices retry`: puts dead ones back.
  @Command(
      name = "retry",
      description = {
        "Put notices back that were given up. The server delivers them within seconds, or when it"
            + " starts, and tries as long as it does with new ones.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl notices retry 17",
        "  certctl notices retry --all-dead"
      })
  int retry(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "NUMBER", arity = "0..*", description = "As in the list.")
          List<Long> numbers,
      @Option(names = "--all-dead", description = "All that were given up.") boolean allDead)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    List<Long> named = numbers == null ? List.of() : numbers;
    if (allDead != named.isEmpty()) {
      throw CommandFailedException.usage("name notices by their numbers, or --all-dead");
    }
    int exitCode = ExitCode.OK;
    try (WritableRecords records = writableSource.open(context.configuration(dataDirectory))) {
      NoticeOutbox outbox = records.notices();
      List<Long> wanted =
          allDead
              ? all(outbox, Optional.of(State.DEAD)).stream().map(OutboxEntry::number).toList()
              : named;
      for (long number : wanted) {
        exitCode = Math.max(exitCode, retry(outbox, number));
      }
      if (allDead && wanted.isEmpty()) {
        context.out().println("no notice was given up");
      }
    }
    return exitCode;
  }

  private int retry(NoticeOutbox outbox, long number) throws StoreUnavailableException {
    Instant now = context.clock().instant();
    Optional<OutboxEntry> entry = outbox.find(number);
    if (entry.isEmpty()) {
      context.err().println("error: there is no notice " + number + ": certctl notices list");
      return ExitCode.FAILURE;
    }
    if (!outbox.retry(number, now, entry.get().putBack(now, context.operator()))) {
      context
          .err()
          .println(
              "error: notice " + number + " is " + entry.get().state().wireValue() + ", not dead");
      return ExitCode.FAILURE;
    }
    context
        .out()
        .printf(
            "put back %d: %s, %s%n",
            number, entry.get().target().text(), entry.get().notice().summary());
    return ExitCode.OK;
  }

  /// `certctl notices test`: tries the way out.
  @Command(
      name = "test",
      description = {
        "Send a test notice to the webhook and to each recipient of mail, at once and from here, and"
            + " show what came of each. The server need not run.",
        ""
      },
      footer = {
        "",
        "Exit codes: 0 all were taken, 1 one or more were not, or none is configured.",
        "",
        "Example:",
        "  certctl notices test --data-dir /var/lib/certctl"
      })
  int test(@Mixin DataDirectoryOption dataDirectory)
      throws ConfigurationException, CommandFailedException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    int exitCode = ExitCode.OK;
    try (NotifierSource.Open open = notifiers.open(configuration)) {
      if (open.all().isEmpty()) {
        throw new CommandFailedException(
            "nobody is told of anything\nset CERTCTL_WEBHOOK_URL or CERTCTL_SMTP_HOST: see"
                + " docs/expiry-notices.md");
      }
      byte[] id = new byte[ID_BYTES];
      context.random().nextBytes(id);
      Notice notice =
          Notice.test(HexFormat.of().formatHex(id), context.clock().instant(), open.server());
      for (Notifier notifier : open.all()) {
        for (Target target : notifier.targets()) {
          exitCode = Math.max(exitCode, show(target, notifier.deliver(notice, target)));
        }
      }
    }
    return exitCode;
  }

  private int show(Target target, DeliveryResult result) {
    String outcome =
        switch (result) {
          case DeliveryResult.Delivered _ -> "delivered";
          case DeliveryResult.TryLater(String reason, _) -> "failed: " + reason;
          case DeliveryResult.Refused(String reason) -> "refused: " + reason;
        };
    context.out().printf("%s: %s%n", target.text(), Names.printable(outcome));
    return result instanceof DeliveryResult.Delivered ? ExitCode.OK : ExitCode.FAILURE;
  }
}
