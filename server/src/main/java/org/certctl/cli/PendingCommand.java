package org.certctl.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.ConfigurationException;
import org.certctl.enroll.PendingDecisions;
import org.certctl.enroll.PendingEnrollment;
import org.certctl.enroll.PendingEntry;
import org.certctl.enroll.PendingState;
import org.certctl.pki.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `certctl pending`: requests that wait for a human.
///
/// A decision is written beside the running server, or without it; the server issues.
@Command(
    name = "pending",
    description = "Show requests that wait for approval, and decide on them.")
public final class PendingCommand {

  private static final int PAGE = 1000;

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final WritableRecords.Source writableSource;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads and writes the records of these sources.
  public PendingCommand(
      CommandContext context, StoredRecords.Source source, WritableRecords.Source writableSource) {
    this.context = context;
    this.source = source;
    this.writableSource = writableSource;
  }

  /// `certctl pending list`: what waits, in the order of coming.
  @Command(
      name = "list",
      description = {"List the requests that wait for approval, in the order of coming.", ""},
      footer = {"", "Example:", "  certctl pending list --data-dir /var/lib/certctl"})
  int list(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--all",
              description = "Also those that were decided on in the last seven days.")
          boolean all,
      @Option(names = "--json", description = "Print one JSON object a line.") boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    List<PendingEntry> entries = new ArrayList<>();
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      long after = 0;
      List<PendingEntry> page;
      do {
        page = records.pending().page(after, PAGE, all);
        entries.addAll(page);
        after = page.isEmpty() ? after : page.getLast().number();
      } while (page.size() == PAGE);
    }
    if (asJson) {
      entries.forEach(entry -> context.out().println(json.writeValueAsString(fields(entry))));
    } else {
      TextTable table =
          new TextTable("NUMBER", "STATE", "SINCE", "ENDPOINT", "SOURCE", "CHALLENGE", "SUBJECT");
      for (PendingEntry entry : entries) {
        PendingEnrollment enrollment = entry.enrollment();
        table.add(
            Long.toString(entry.number()),
            stateName(entry.state()),
            enrollment.at().toString(),
            enrollment.key().endpoint(),
            enrollment.facts().origin().sourceAddress(),
            enrollment.method(),
            enrollment.facts().subject());
      }
      table.print(context.out());
    }
    return ExitCode.OK;
  }

  /// `certctl pending show`: one request with what there is to compare.
  @Command(
      name = "show",
      description = {
        "Show one request. Compare key_sha256 with what the device shows or its owner reads out:"
            + " the subject is whatever the sender wrote.",
        ""
      },
      footer = {
        "",
        "Example:",
        "  certctl pending show 12",
        "On the device, the same from a PKCS#10 file:",
        "  openssl req -in dev1.csr -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum"
      })
  int show(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "NUMBER", description = "As in the list.") long number,
      @Option(names = "--json", description = "Print a JSON object.") boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    PendingEntry entry;
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      entry = find(records.pending(), number);
    }
    if (asJson) {
      context.out().println(json.writeValueAsString(fields(entry)));
    } else {
      fields(entry).forEach(this::print);
    }
    return ExitCode.OK;
  }

  /// `certctl pending approve`: agrees; the server issues within seconds.
  @Command(
      name = "approve",
      description = {
        "Approve requests. The server issues the certificates within seconds, or when it starts;"
            + " the device gets its one when it asks again.",
        ""
      },
      footer = {"", "Example:", "  certctl pending approve 12 13"})
  int approve(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "NUMBER", arity = "1..*", description = "As in the list.")
          List<Long> numbers)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    return decide(
        dataDirectory,
        numbers,
        (pending, entry, now) ->
            pending.approve(
                entry.enrollment().id(),
                context.operator().name(),
                now,
                List.of(
                    new AuditEvent.EnrollmentApproved(
                        now, entry.enrollment().facts(), context.operator()))),
        "approved");
  }

  /// `certctl pending reject`: refuses, with a reason for the device.
  @Command(
      name = "reject",
      description = {
        "Reject requests, also approved ones as long as the certificate is not issued. What their"
            + " one-time challenge used up stays used up.",
        ""
      },
      footer = {"", "Example:", "  certctl pending reject 14 --reason \"not a company device\""})
  int reject(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "NUMBER", arity = "1..*", description = "As in the list.")
          List<Long> numbers,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              defaultValue = "",
              description =
                  "What the device is told, unless FAIL_INFO_TEXT is off; at most "
                      + PendingDecisions.MAX_WORDS
                      + " characters. Whoever sees the traffic can read it.")
          String reason)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    String words = words(reason);
    Actor operator = context.operator();
    return decide(
        dataDirectory,
        numbers,
        (pending, entry, now) ->
            pending.reject(
                entry.enrollment().id(),
                words,
                operator.name(),
                now,
                List.of(
                    new AuditEvent.EnrollmentRejected(
                        now, entry.enrollment().facts(), operator, words))),
        "rejected");
  }

  private static String words(String reason) throws CommandFailedException {
    String words = reason.strip();
    if (words.length() > PendingDecisions.MAX_WORDS) {
      throw CommandFailedException.usage(
          "--reason has %d characters, at most %d are allowed"
              .formatted(words.length(), PendingDecisions.MAX_WORDS));
    }
    if (!words.equals(Names.printable(words))) {
      throw CommandFailedException.usage("--reason must be one line of printable characters");
    }
    return words;
  }

  @FunctionalInterface
  private interface Decision {
    boolean make(PendingDecisions pending, PendingEntry entry, Instant now)
        throws StoreUnavailableException;
  }

  private int decide(
      DataDirectoryOption dataDirectory, List<Long> numbers, Decision decision, String done)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    int exitCode = ExitCode.OK;
    try (WritableRecords records = writableSource.open(context.configuration(dataDirectory))) {
      PendingDecisions pending = records.pending();
      for (long number : numbers) {
        PendingEntry entry = find(pending, number);
        if (decision.make(pending, entry, context.clock().instant())) {
          context.out().printf("%s %d: %s%n", done, number, entry.enrollment().facts().subject());
        } else {
          context.err().println("error: " + whyNot(find(pending, number)));
          exitCode = ExitCode.FAILURE;
        }
      }
    }
    return exitCode;
  }

  private static String whyNot(PendingEntry entry) {
    String request = "request " + entry.number();
    return switch (entry.state()) {
      case PendingState.Waiting _ ->
          request + " has waited too long: its time was over " + entry.enrollment().expiresAt();
      case PendingState.Approved(String actor, Instant at) ->
          request + " was approved by " + Names.printable(actor) + " at " + at;
      case PendingState.Redeemed _ -> request + " was approved, its certificate is made already";
      case PendingState.Refused refused ->
          request
              + " was refused by "
              + Names.printable(refused.actor())
              + " at "
              + refused.at()
              + " ("
              + refused.code()
              + ")";
    };
  }

  private static PendingEntry find(PendingDecisions pending, long number)
      throws StoreUnavailableException, CommandFailedException {
    Optional<PendingEntry> entry = pending.find(number);
    return entry.orElseThrow(
        () ->
            new CommandFailedException(
                "there is no request " + number + ": certctl pending list shows what waits"));
  }

  private void print(String name, Object value) {
    String heading = name.replace('_', ' ');
    List<?> values = value instanceof List<?> several ? several : List.of(value);
    for (Object one : values) {
      context.out().printf("%-20s  %s%n", heading, Names.printable(one.toString()));
    }
  }

  private static Map<String, Object> fields(PendingEntry entry) {
    PendingEnrollment enrollment = entry.enrollment();
    EnrollmentFacts facts = enrollment.facts();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", entry.number());
    fields.put("state", stateName(entry.state()));
    fields.put("subject", facts.subject());
    fields.put("sans", facts.subjectAltNames());
    fields.put("key_sha256", enrollment.subjectKeyDigest().hex());
    fields.put(
        "signed_by",
        enrollment.subjectKeyDigest().equals(enrollment.requesterKeyDigest())
            ? "the same key"
            : "another key, " + enrollment.requesterKeyDigest().hex());
    fields.put("request_sha256", enrollment.key().requestDigest().hex());
    fields.put("challenge", enrollment.method());
    fields.put("device", facts.device());
    fields.put("endpoint", enrollment.key().endpoint());
    fields.put("transaction_id", facts.transactionId());
    fields.put("source_address", facts.origin().sourceAddress());
    fields.put("user_agent", facts.origin().userAgent());
    fields.put("since", enrollment.at().toString());
    fields.put("expires_at", enrollment.expiresAt().toString());
    switch (entry.state()) {
      case PendingState.Waiting _, PendingState.Redeemed _ -> {}
      case PendingState.Approved(String actor, Instant at) -> {
        fields.put("decided_by", actor);
        fields.put("decided_at", at.toString());
      }
      case PendingState.Refused refused -> {
        fields.put("decided_by", refused.actor());
        fields.put("decided_at", refused.at().toString());
        fields.put("reason", refused.code());
        fields.put("words", refused.words());
      }
    }
    return fields;
  }

  private static String stateName(PendingState state) {
    return switch (state) {
      case PendingState.Waiting _ -> "waiting";
      case PendingState.Approved _ -> "approved";
      case PendingState.Redeemed _ -> "issued";
      case PendingState.Refused _ -> "refused";
    };
  }
}
