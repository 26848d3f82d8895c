package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.LocalCaSettings;
import org.certctl.issuer.local.KeySealing;
import org.certctl.issuer.local.SharedAuditKey;
import org.certctl.issuer.local.SharedCas;
import org.certctl.issuer.local.SharedSecret;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.CasInFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `certctl keys share`: puts the keys that are in files into the database that all nodes share.
@Command(
    name = "share",
    header = {"Put the keys of the CAs and of the audit trail into the database.", ""},
    description = {
      "For several nodes over one PostgreSQL: seals the CAs of this data directory, each with its"
          + " chain, and the key of the audit trail under CERTCTL_CONFIG_ENCRYPTION_KEY, and puts them"
          + " into the database. Nodes with CERTCTL_CA_KEY_PATH=database and"
          + " CERTCTL_AUDIT_KEY_PATH=database take them from there and need no files.",
      "The files stay as they are, and servers may run meanwhile. A key that is there already stays;"
          + " a repeat does what is left. Keys on a token stay on it, and so does a root's key in its"
          + " file.",
      ""
    },
    footer = {"", "Example:", "  certctl keys share --data-dir /var/lib/certctl"})
public final class KeysShareCommand implements Callable<Integer>, NestedCommand {

  private static final String CA_KEY = "CERTCTL_CA_KEY_PATH";
  private static final String AUDIT_KEY = "CERTCTL_AUDIT_KEY_PATH";

  private final CommandContext context;
  private final WritableRecords.Source source;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  /// Changes records of this source.
  public KeysShareCommand(CommandContext context, WritableRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public String parent() {
    return "keys";
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, KeyMaterialException, IOException {
    Configuration configuration = context.configuration(dataDirectory);
    if (!configuration.sharesKeys()) {
      throw new CommandFailedException(
          "keys are shared in a PostgreSQL database, encrypted\nhint: set CERTCTL_DATABASE_URL and"
              + " CERTCTL_CONFIG_ENCRYPTION_KEY_FILE; see docs/scaling.md");
    }
    List<String> settings = new ArrayList<>();
    try (WritableRecords records = source.open(configuration)) {
      new SharedSecret(records.sealedKeys(), configuration.encryption())
          .requireSameEncryptionKey(context.random());
      KeySealing sealing = new KeySealing(configuration.encryption(), context.random());
      shareCas(
          configuration,
          records,
          new SharedCas(records.sealedKeys(), context.providers(), sealing),
          settings);
      shareAuditKey(
          configuration,
          new SharedAuditKey(records.sealedKeys(), context.providers(), sealing),
          settings);
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException(
          "the keys cannot be put into the database: "
              + e.getMessage()
              + "\nhint: repeat the command; what is there already stays");
    }
    tellNext(settings);
    return ExitCode.OK;
  }

  private void shareCas(
      Configuration configuration, WritableRecords records, SharedCas shared, List<String> settings)
      throws KeyMaterialException, StoreUnavailableException, CommandFailedException, IOException {
    if (configuration.localCa().isEmpty()
        || !(configuration.localCa().get() instanceof LocalCaSettings.InFiles first)) {
      return;
    }
    if (first.key() instanceof KeyLocation.OnToken) {
      context.out().println("not shared  the CAs: the key of the first one is on a token");
      return;
    }
    CasInFiles files = CasInFiles.of(configuration, first, context.providers());
    List<CaGeneration> all = records.caGenerations().all();
    CaSuccession succession = CaSuccession.at(context.clock().instant(), all);
    List<Integer> numbers = new ArrayList<>(List.of(CaGeneration.FIRST));
    all.forEach(each -> numbers.add(each.number()));
    for (int number : numbers) {
      boolean isInUse =
          number == succession.current()
              || succession.next().filter(next -> next.number() == number).isPresent();
      try {
        share(shared, number, files);
      } catch (KeyMaterialException e) {
        if (isInUse) {
          throw e;
        }
        context.out().println("not shared  CA " + number + ", which issues no more: " + e.reason());
      }
    }
    settings.add(CA_KEY);
  }

  private void share(SharedCas shared, int number, CasInFiles files)
      throws StoreUnavailableException, KeyMaterialException, CommandFailedException, IOException {
    KeyPairFiles ca = files.read(number);
    AuditEvent event =
        event(
            "ca",
            CaSuccession.issuerId(LocalCaSettings.ISSUER_ID, number),
            Sha256.over(ca.chain().first().getEncoded()));
    if (files.isCertifiedElsewhere(number)) {
      shared.noteCertifiedElsewhere(number);
    }
    String what = "CA " + number + ", " + Names.text(ca.chain().first().getSubject());
    switch (shared.share(number, files.prepared(number), ca, event)) {
      case ADDED -> context.out().println("shared      " + what);
      case RENEWED -> context.out().println("renewed     " + what + ", with other certificates");
      case PRESENT -> context.out().println("was shared  " + what);
      case ANOTHER ->
          throw new CommandFailedException(
              "the database has another CA "
                  + number
                  + " than "
                  + files.nameOf(number)
                  + "\nhint: either the data directory or the database is of another installation");
    }
  }

  private void shareAuditKey(
      Configuration configuration, SharedAuditKey shared, List<String> settings)
      throws StoreUnavailableException, KeyMaterialException, CommandFailedException, IOException {
    switch (configuration.audit().key()) {
      case KeyLocation.InDatabase _ -> {}
      case KeyLocation.OnToken _ ->
          context.out().println("not shared  the audit key: it is on a token");
      case KeyLocation.InFile file -> {
        SigningKey key = SigningKey.read(file, Optional.empty(), context.providers());
        Sha256 fingerprint = Sha256.over(key.publicKeyInfo().getEncoded());
        boolean isNew = shared.add(key, event("audit", "", fingerprint));
        if (!isNew
            && shared
                .find()
                .filter(there -> there.publicKeyInfo().equals(key.publicKeyInfo()))
                .isEmpty()) {
          throw new CommandFailedException(
              "another audit key is in the database\nhint: nodes of one installation have one; copy"
                  + " that of the node whose key was shared first");
        }
        context.out().println((isNew ? "shared      " : "was shared  ") + "the audit key");
        settings.add(AUDIT_KEY);
      }
    }
  }

  private AuditEvent event(String kind, String name, Sha256 fingerprint) {
    Instant now = context.clock().instant();
    return new AuditEvent.SharedKeyChanged(
        now, context.operator(), "shared", kind, name, fingerprint.hex());
  }

  private void tellNext(List<String> settings) {
    PrintWriter out = context.out();
    if (settings.isEmpty()) {
      out.println("Nothing else is to be shared.");
      return;
    }
    out.println();
    out.println("Now set on all nodes, and restart them one by one:");
    settings.forEach(option -> out.println("  " + option + "=" + KeyLocation.InDatabase.NAME));
    if (settings.contains(CA_KEY)) {
      out.println("and remove CERTCTL_CA_CERT_PATH.");
    }
    out.println();
    out.println(
        "When all have been, keep the files of these keys offline, with the encryption key but not"
            + " beside it, and remove them from the nodes.");
  }
}
