package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `certctl cert`: the certificates that were issued.
@Command(name = "cert", description = "Show the certificates that were issued.")
public final class CertCommand {

  private static final int PAGE = 1000;
  private static final int PEM_LINE_CHARS = 64;

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads the records of this source.
  public CertCommand(CommandContext context, StoredRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  /// `certctl cert list`: certificates, newest first.
  @Command(
      name = "list",
      description = {"List the certificates that were issued, the newest first.", ""},
      footer = {"", "Example:", "  certctl cert list --limit 20"})
  int list(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "At most this many. Default: ${DEFAULT-VALUE}.")
          int limit,
      @Option(names = "--json", description = "Print one JSON object a line.") boolean asJson)
      throws ConfigurationException, CommandFailedException {
    if (limit < 1) {
      throw CommandFailedException.usage("--limit must be at least 1");
    }
    List<CertificateInventory.Entry> entries = newest(dataDirectory, limit);
    if (asJson) {
      entries.forEach(entry -> context.out().println(json.writeValueAsString(fields(entry))));
    } else {
      TextTable table =
          new TextTable("SERIAL", "ISSUED", "EXPIRES", "ENDPOINT", "DEVICE", "SUBJECT");
      for (CertificateInventory.Entry entry : entries) {
        table.add(
            entry.certificate().serialNumber().hex(),
            entry.issuedAt().toString(),
            entry.certificate().notAfter().toString(),
            entry.endpoint(),
            entry.device(),
            entry.certificate().subjectText());
      }
      table.print(context.out());
    }
    return ExitCode.OK;
  }

  private List<CertificateInventory.Entry> newest(DataDirectoryOption dataDirectory, int limit)
      throws ConfigurationException, CommandFailedException {
    List<CertificateInventory.Entry> entries = new ArrayList<>();
    try (StoredRecords records = source.open(configuration(dataDirectory))) {
      long before = Long.MAX_VALUE;
      while (entries.size() < limit) {
        int wanted = Math.min(PAGE, limit - entries.size());
        List<CertificateInventory.Entry> page = records.certificates().page(before, wanted);
        entries.addAll(page);
        if (page.size() < wanted) {
          break;
        }
        before = page.getLast().position();
      }
      return entries;
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
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
      @Parameters(paramLabel = "SERIAL", description = "The serial number in hexadecimal.")
          String serial,
      @Option(names = "--pem", description = "Print the certificate itself as PEM.") boolean asPem)
      throws ConfigurationException, CommandFailedException {
    SerialNumber serialNumber = serialNumber(serial);
    List<CertificateInventory.Entry> found;
    try (StoredRecords records = source.open(configuration(dataDirectory))) {
      found = records.certificates().bySerialNumber(serialNumber);
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
    if (found.isEmpty()) {
      throw new CommandFailedException(
          "there is no certificate with the serial number " + serialNumber);
    }
    found.forEach(asPem ? this::printPem : this::print);
    return ExitCode.OK;
  }

  private static SerialNumber serialNumber(String text) throws CommandFailedException {
    try {
      return SerialNumber.ofHex(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage("SERIAL must be hexadecimal, such as 0a1b2c3d");
    }
  }

  private void printPem(CertificateInventory.Entry entry) {
    PrintWriter out = context.out();
    out.println("-----BEGIN CERTIFICATE-----");
    out.println(
        Base64.getMimeEncoder(PEM_LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(entry.certificate().encoded()));
    out.println("-----END CERTIFICATE-----");
  }

  private void print(CertificateInventory.Entry entry) {
    fields(entry)
        .forEach(
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

  private static Map<String, Object> fields(CertificateInventory.Entry entry) {
    IssuedCertificate certificate = entry.certificate();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("serial", certificate.serialNumber().hex());
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

  private Configuration configuration(DataDirectoryOption dataDirectory)
      throws ConfigurationException {
    return context
        .configurationLoader()
        .readOptions(context.environment(), dataDirectory.path())
        .orThrow();
  }
}
