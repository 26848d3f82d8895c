package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.ConfigurationException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.CertificateSearch;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.Sha256;
import org.certctl.status.RevocationOrder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `certctl cert`: the certificates that were issued.
@Command(name = "cert", description = "Show, revoke and hold certificates that were issued.")
public final class CertCommand {

  private static final int MAX_PAGE = 1000;
  private static final int PEM_LINE_CHARS = 64;
  private static final String SERIAL_DESCRIPTION =
      "A serial number in hexadecimal or decimal, or its first hexadecimal digits.";
  private static final String NOTE = "A note for the audit trail.";

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final WritableRecords.Source writable;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads the records of this source.
  ///
  /// @param writable opens the same records for the commands that change something
  public CertCommand(
      CommandContext context, StoredRecords.Source source, WritableRecords.Source writable) {
    this.context = context;
    this.source = source;
    this.writable = writable;
  }

  /// `certctl cert list`: the certificates that meet the filters.
  @Command(
      name = "list",
      description = {
        "List the certificates that were issued and meet all the filters.",
        "The newest come first; with --expires-… and --state valid, superseded or expired, in the"
            + " order of their ends; with --subject TEXT*, of their names. A filter on one"
            + " certificate, name or device comes before these.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl cert list --limit 20",
        "  certctl cert list --name host.example --state valid",
        "  certctl cert list --expires-after 0d --expires-before 30d --endpoint wifi",
        "  certctl cert list --subject 'laptop-*' --json"
      })
  int list(
      @Mixin DataDirectoryOption dataDirectory,
      @Mixin CertificateFilter filter,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "At most this many. Default: ${DEFAULT-VALUE}.")
          int limit,
      @Option(
              names = "--after",
              paramLabel = "CURSOR",
              description =
                  "Go on behind this certificate: what the page before ended with; with --json, the"
                      + " cursor of a line.")
          Optional<String> after,
      @Option(names = "--json", description = "Print one JSON object a line.") boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    if (limit < 1) {
      throw CommandFailedException.usage("--limit must be at least 1");
    }
    CertificateSearch search = filter.search(context.clock());
    CertificateSearch.Page found = find(dataDirectory, search, cursor(search, after), limit);
    if (asJson) {
      for (CertificateInventory.Entry entry : found.entries()) {
        Map<String, Object> fields = fields(entry);
        fields.put("cursor", search.cursor(entry).text());
        context.out().println(json.writeValueAsString(fields));
      }
      return ExitCode.OK;
    }
    TextTable table =
        new TextTable("SERIAL", "STATE", "ISSUED", "EXPIRES", "ENDPOINT", "DEVICE", "SUBJECT");
    for (CertificateInventory.Entry entry : found.entries()) {
      table.add(
          entry.certificate().serialNumber().hex(),
          entry.state(context.clock().instant()),
          entry.issuedAt().toString(),
          entry.certificate().notAfter().toString(),
          entry.endpoint(),
          entry.device(),
          entry.certificate().subjectText());
    }
    table.print(context.out());
    found
        .next()
        .ifPresent(
            next ->
                context.out().println("For more, repeat the command with --after " + next.text()));
    return ExitCode.OK;
  }

  private static Optional<CertificateSearch.Cursor> cursor(
      CertificateSearch search, Optional<String> text) throws CommandFailedException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      CertificateSearch.Cursor cursor = CertificateSearch.Cursor.ofText(text.get());
      if (cursor.order() == search.order()) {
        return Optional.of(cursor);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw CommandFailedException.usage(
        "--after must be what the same command, with the same filters, ended its last page with");
  }

  /// Goes on over pages that were cut short, until there are as many as asked for.
  private CertificateSearch.Page find(
      DataDirectoryOption dataDirectory,
      CertificateSearch search,
      Optional<CertificateSearch.Cursor> after,
      int limit)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    List<CertificateInventory.Entry> entries = new ArrayList<>();
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      Optional<CertificateSearch.Cursor> next = after;
      do {
        CertificateSearch.Page page =
            records.certificates().search(search, next, Math.min(MAX_PAGE, limit - entries.size()));
        entries.addAll(page.entries());
        next = page.next();
      } while (entries.size() < limit && next.isPresent());
      return new CertificateSearch.Page(entries, next);
    }
  }

  /// `certctl cert show`: one certificate.
  @Command(
      name = "show",
      description = {"Show the certificate with this serial number.", ""},
      footer = {
        "",
        "Examples:",
        "  certctl cert show 0a1b2c3d",
        "  certctl cert show 0a:1b:2c:3d --pem | openssl x509 -noout -text"
      })
  int show(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "SERIAL", description = SERIAL_DESCRIPTION) String serial,
      @Option(names = "--pem", description = "Print the certificate itself as PEM.") boolean asPem)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    List<Shown> found = new ArrayList<>();
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      CertificateInventory certificates = records.certificates();
      for (CertificateInventory.Entry entry : new CertificateChoice(certificates).find(serial)) {
        found.add(Shown.of(entry, certificates));
      }
    }
    found.forEach(asPem ? this::printPem : this::print);
    return ExitCode.OK;
  }

  /// A certificate between the one it renewed and those that renewed it, by their serial numbers.
  private record Shown(
      CertificateInventory.Entry entry, List<String> renews, List<String> renewedBy) {

    static Shown of(CertificateInventory.Entry entry, CertificateInventory certificates)
        throws StoreUnavailableException {
      List<CertificateInventory.Entry> predecessors = new ArrayList<>();
      if (entry.predecessor().isPresent()) {
        certificates.byFingerprint(entry.predecessor().get()).ifPresent(predecessors::add);
      }
      return new Shown(
          entry,
          serials(predecessors),
          serials(certificates.successors(entry.certificate().fingerprint())));
    }

    private static List<String> serials(List<CertificateInventory.Entry> entries) {
      return entries.stream().map(entry -> entry.certificate().serialNumber().hex()).toList();
    }
  }

  /// `certctl cert revoke`: certificates are good no more, for ever.
  @Command(
      name = "revoke",
      description = {
        "Revoke certificates for good: by serial number, all of a device or SCEP profile, or one"
            + " with everything that came of it by renewal.",
        "Works beside a running server, which then publishes a new CRL.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl cert revoke 0a1b2c3d --reason keyCompromise --note 'stolen, ticket 4711'",
        "  certctl cert revoke --device laptop-17 --dry-run",
        "  certctl cert revoke --predecessor 0a1b2c3d --reason keyCompromise"
      })
  int revoke(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "SERIAL", arity = "0..*", description = SERIAL_DESCRIPTION)
          List<String> serials,
      @Option(names = "--device", paramLabel = "NAME", description = "All of this device.")
          Optional<String> device,
      @Option(
              names = "--profile",
              paramLabel = "NAME",
              description = "All issued by this SCEP profile.")
          Optional<String> profile,
      @Option(
              names = "--predecessor",
              paramLabel = "SERIAL",
              description = "This one, those that renewed it, and so on.")
          Optional<String> predecessor,
      @Option(
              names = "--reason",
              paramLabel = "REASON",
              defaultValue = "unspecified",
              description = {
                "unspecified, keyCompromise, cACompromise, affiliationChanged, superseded,",
                "cessationOfOperation, privilegeWithdrawn or aACompromise.",
                "Default: ${DEFAULT-VALUE}."
              })
          String reason,
      @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = NOTE)
          String note,
      @Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    boolean bySerial = serials != null && !serials.isEmpty();
    List<CertificateSearch.Criterion> criteria = new ArrayList<>();
    device.map(CertificateSearch.Device::new).ifPresent(criteria::add);
    profile.map(CertificateSearch.Endpoint::new).ifPresent(criteria::add);
    List<Boolean> ways = List.of(bySerial, !criteria.isEmpty(), predecessor.isPresent());
    if (Collections.frequency(ways, true) != 1) {
      throw CommandFailedException.usage(
          "give either SERIALs, or --device or --profile or both, or --predecessor");
    }
    RevocationReason why =
        RevocationReason.ofName(reason)
            .filter(known -> known != RevocationReason.CERTIFICATE_HOLD)
            .orElseThrow(
                () ->
                    CommandFailedException.usage(
                        "--reason must be one of those that --help lists;"
                            + " for certificateHold there is: certctl cert hold"));
    RevocationOrder order =
        RevocationOrder.revoke(why, context.clock().instant(), context.operator(), noteOf(note));
    return change(
        dataDirectory,
        order,
        dryRun,
        run -> {
          if (bySerial) {
            run.applyTo(serials);
          } else if (predecessor.isPresent()) {
            run.applyToLine(predecessor.get());
          } else {
            run.applyTo(new CertificateSearch(criteria));
          }
        });
  }

  /// `certctl cert hold`: certificates are not good for the time being.
  @Command(
      name = "hold",
      description = {
        "Suspend certificates (certificateHold) until they are released or revoked.",
        ""
      },
      footer = {"", "Example:", "  certctl cert hold 0a1b2c3d --note 'device is missing'"})
  int hold(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "SERIAL", arity = "1..*", description = SERIAL_DESCRIPTION)
          List<String> serials,
      @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = NOTE)
          String note)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    RevocationOrder order =
        RevocationOrder.hold(context.clock().instant(), context.operator(), noteOf(note));
    return change(dataDirectory, order, false, run -> run.applyTo(serials));
  }

  /// `certctl cert release`: the end of a hold.
  @Command(
      name = "release",
      description = {"Release certificates from a hold; they are good again.", ""},
      footer = {"", "Example:", "  certctl cert release 0a1b2c3d"})
  int release(
      @Mixin DataDirectoryOption dataDirectory,
      @Parameters(paramLabel = "SERIAL", arity = "1..*", description = SERIAL_DESCRIPTION)
          List<String> serials,
      @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = NOTE)
          String note)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    RevocationOrder order =
        RevocationOrder.release(context.clock().instant(), context.operator(), noteOf(note));
    return change(dataDirectory, order, false, run -> run.applyTo(serials));
  }

  private static String noteOf(String text) throws CommandFailedException {
    if (text.length() > RevocationOrder.MAX_NOTE_CHARS) {
      throw CommandFailedException.usage(
          "--note has at most " + RevocationOrder.MAX_NOTE_CHARS + " characters");
    }
    return Names.printable(text);
  }

  /// What is done in one run.
  @FunctionalInterface
  private interface Changes {
    void apply(RevocationRun run) throws CommandFailedException, StoreUnavailableException;
  }

  private int change(
      DataDirectoryOption dataDirectory, RevocationOrder order, boolean dryRun, Changes changes)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    try (WritableRecords records = writable.open(context.configuration(dataDirectory))) {
      RevocationRun run = new RevocationRun(context, records, order, dryRun);
      changes.apply(run);
      return run.end();
    }
  }

  private void printPem(Shown shown) {
    PrintWriter out = context.out();
    out.println("-----BEGIN CERTIFICATE-----");
    out.println(
        Base64.getMimeEncoder(PEM_LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(shown.entry().certificate().encoded()));
    out.println("-----END CERTIFICATE-----");
  }

  private void print(Shown shown) {
    Map<String, Object> fields = fields(shown.entry());
    fields.put("renews", shown.renews());
    fields.put("renewed_by", shown.renewedBy());
    fields.forEach(
        (name, value) -> {
          String heading = name.replace('_', ' ');
          if (value instanceof List<?> values) {
            values.forEach(one -> printLine(heading, one));
          } else {
            printLine(heading, value);
          }
        });
    context.out().println();
  }

  private void printLine(String heading, Object value) {
    context.out().printf("%-16s  %s%n", heading, Names.printable(value.toString()));
  }

  private Map<String, Object> fields(CertificateInventory.Entry entry) {
    IssuedCertificate certificate = entry.certificate();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("serial", certificate.serialNumber().hex());
    fields.put("state", entry.state(context.clock().instant()));
    entry
        .revocation()
        .ifPresent(
            revocation -> {
              fields.put("revoked_at", revocation.at().toString());
              fields.put("revocation_reason", revocation.reason().wireValue());
            });
    fields.put("subject", certificate.subjectText());
    fields.put("sans", certificate.subjectAltNames());
    fields.put("issuer", certificate.issuerText());
    fields.put("not_before", certificate.notBefore().toString());
    fields.put("not_after", certificate.notAfter().toString());
    fields.put("sha256", certificate.fingerprint().hex());
    fields.put("key_sha256", keyDigest(certificate).hex());
    fields.put("endpoint", entry.endpoint());
    fields.put("issuer_id", entry.issuerId());
    fields.put("profile_id", entry.profileId());
    fields.put("device", entry.device());
    fields.put("transaction_id", entry.transactionId());
    fields.put("issued_at", entry.issuedAt().toString());
    return fields;
  }

  private static Sha256 keyDigest(IssuedCertificate certificate) {
    try {
      return Sha256.over(certificate.holder().getSubjectPublicKeyInfo().getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }
}
