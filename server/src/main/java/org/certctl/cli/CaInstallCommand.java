package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.LocalCaSettings;
import org.certctl.issuer.local.SharedCas;
import org.certctl.keys.CaFiles;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.CaChainCheck;
import org.certctl.setup.CaInstallation;
import org.certctl.setup.CaRequests;
import org.certctl.setup.GenerationFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `certctl ca install`: takes the certificate that another CA has made for the request.
@Command(
    name = "install",
    description = {
      "Take the certificate that another CA has made for the request of certctl ca csr, with its"
          + " chain up to the root, in any order. Everything is checked before anything changes.",
      "The first CA is then ready to serve. One with a new key or name becomes the next CA, as with"
          + " certctl ca rollover prepare. A renewed one takes the place of the present certificate"
          + " when the server starts again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl ca install subca.p7b",
      "  certctl ca install subca.crt intermediate.crt root.crt --check"
    })
public final class CaInstallCommand implements Callable<Integer>, NestedCommand {

  private static final String ID = LocalCaSettings.ISSUER_ID;
  private static final String DATABASE = "the database, for all nodes";

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final WritableRecords.Source writableSource;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Certificates as PEM, DER or PKCS#7 (.p7b).")
  private final List<Path> files = new ArrayList<>();

  @Option(names = "--check", description = "Only say what is found; change nothing.")
  private boolean checksOnly;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "When the next CA begins to issue, e.g. 2027-01-04T08:00:00Z. Without it, when you say so"
              + " with ca rollover activate.")
  private @Nullable String at;

  /// Reads records of one source, changes those of the other.
  public CaInstallCommand(
      CommandContext context, StoredRecords.Source source, WritableRecords.Source writableSource) {
    this.context = context;
    this.source = source;
    this.writableSource = writableSource;
  }

  @Override
  public String parent() {
    return "ca";
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    Instant now = context.clock().instant();
    Optional<Instant> activateAt =
        at == null ? Optional.empty() : Optional.of(CaRolloverCommand.time(at, now));
    Optional<SubordinateCa.Present> present = SubordinateCa.present(context, source, configuration);
    List<X509CertificateHolder> given = certificates(present);
    Optional<CaGeneration> prepared =
        present
            .flatMap(issuing -> issuing.succession().next())
            .filter(next -> isAmong(given, next));
    if (prepared.isPresent()) {
      finish(configuration, prepared.get());
      return ExitCode.OK;
    }
    SigningKey key = key(configuration, present);
    CaChainCheck.Report report = CaChainCheck.of(given, key, now);
    SubordinateCa.print(report, context.out());
    if (!report.isSound()) {
      throw new CommandFailedException("nothing was installed");
    }
    CertificateChain chain = report.chain().orElseThrow();
    if (checksOnly) {
      return ExitCode.OK;
    }
    try {
      install(configuration, present, new KeyPairFiles(key, chain), activateAt);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException("nothing was installed: " + e.getMessage());
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException(
          "it was not installed: " + e.getMessage() + "\nhint: repeat the command");
    }
    return ExitCode.OK;
  }

  private static boolean isAmong(List<X509CertificateHolder> given, CaGeneration generation) {
    return given.stream()
        .anyMatch(each -> Sha256.over(encoded(each)).equals(generation.fingerprint()));
  }

  private static byte[] encoded(X509CertificateHolder certificate) {
    try {
      return certificate.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// What an earlier run prepared; the request may have been left behind.
  private void finish(Configuration configuration, CaGeneration prepared)
      throws IOException, CommandFailedException {
    if (!checksOnly) {
      new CaRequests(configuration).done();
    }
    tell(configuration, prepared);
  }

  private void tell(Configuration configuration, CaGeneration prepared)
      throws CommandFailedException {
    String place =
        switch (SubordinateCa.settings(configuration)) {
          case LocalCaSettings.InFiles _ ->
              GenerationFiles.of(configuration.dataDirectory(), prepared.number())
                  .folder()
                  .toString();
          case LocalCaSettings.InDatabase _ -> DATABASE;
        };
    context.out().println();
    context.out().println("Prepared CA " + prepared.number() + " in " + place);
    context.out().println("  issues  " + CaRolloverCommand.begin(prepared));
  }

  /// The key of the request; that in use when none waits.
  private SigningKey key(Configuration configuration, Optional<SubordinateCa.Present> present)
      throws KeyMaterialException, CommandFailedException {
    CaRequests requests = new CaRequests(configuration);
    if (requests.isPending()) {
      return requests.readKey(context.providers());
    }
    if (present.isEmpty()) {
      throw new CommandFailedException("no request waits here; make one with: certctl ca csr");
    }
    return present.get().key().read();
  }

  /// Those of the files, and those above the present CA, which may have been left out.
  private List<X509CertificateHolder> certificates(Optional<SubordinateCa.Present> present)
      throws KeyMaterialException {
    List<X509CertificateHolder> all = new ArrayList<>();
    for (Path file : files) {
      all.addAll(CaFiles.certificates(file));
    }
    if (present.isPresent()) {
      List<X509CertificateHolder> chain = present.get().chain().certificates();
      chain.subList(1, chain.size()).stream()
          .filter(upper -> all.stream().noneMatch(upper::equals))
          .filter(
              upper -> all.stream().anyMatch(each -> each.getIssuer().equals(upper.getSubject())))
          .forEach(all::add);
    }
    return all;
  }

  private void install(
      Configuration configuration,
      Optional<SubordinateCa.Present> present,
      KeyPairFiles made,
      Optional<Instant> activateAt)
      throws IOException, KeyMaterialException, CommandFailedException, StoreUnavailableException {
    CaInstallation installation =
        new CaInstallation(context.providers(), context.clock(), context.random());
    LocalCaSettings place = SubordinateCa.settings(configuration);
    if (present.isEmpty()) {
      if (place instanceof LocalCaSettings.InFiles files) {
        first(installation, configuration, files, made);
      }
      return;
    }
    int current = present.get().number();
    if (made.chain().equals(present.get().chain())) {
      // By an earlier run, which may have been broken off after that.
      String where = DATABASE;
      if (place instanceof LocalCaSettings.InFiles files) {
        where = installation.renewed(configuration, files, current, made.chain()).toString();
      }
      new CaRequests(configuration).done();
      context.out().println();
      context.out().println("Installed " + where + " already");
      return;
    }
    try (WritableRecords records = writableSource.open(configuration)) {
      X509CertificateHolder old = present.get().chain().first();
      if (made.key().belongsTo(old) && made.chain().first().getSubject().equals(old.getSubject())) {
        renew(records, installation, configuration, current, made);
      } else {
        prepare(records, installation, configuration, made, activateAt);
      }
    }
  }

  private void first(
      CaInstallation installation,
      Configuration configuration,
      LocalCaSettings.InFiles ca,
      KeyPairFiles made)
      throws IOException, KeyMaterialException {
    boolean madeTls = installation.first(configuration, ca, made.chain(), made.key());
    context.out().println();
    context.out().println("Installed " + ca.certPath());
    if (madeTls) {
      context.out().println("Made      " + configuration.tls().certPath());
    }
    context.out().println("Next:     certctl serve --data-dir " + configuration.dataDirectory());
  }

  /// The event comes first: a certificate that is in force stands in the trail.
  private void renew(
      WritableRecords records,
      CaInstallation installation,
      Configuration configuration,
      int current,
      KeyPairFiles made)
      throws IOException, StoreUnavailableException, KeyMaterialException, CommandFailedException {
    X509CertificateHolder certificate = made.chain().first();
    records
        .auditLog()
        .append(
            new AuditEvent.CaRollover(
                context.clock().instant(),
                context.operator(),
                "renewed",
                CaSuccession.issuerId(ID, current),
                Names.text(certificate.getSubject()),
                Sha256.over(certificate.getEncoded()).hex(),
                ""));
    context.out().println();
    switch (SubordinateCa.settings(configuration)) {
      case LocalCaSettings.InFiles files -> {
        Path renewed = installation.renewed(configuration, files, current, made.chain());
        context.out().println("Renewed " + renewed);
        context.out().println("Restart the server to put it in force.");
      }
      case LocalCaSettings.InDatabase _ -> {
        SharedCas.Outcome outcome =
            SubordinateCa.shared(context, configuration, records.sealedKeys())
                .share(current, certificate, made, shared(current, certificate));
        if (outcome == SharedCas.Outcome.ANOTHER) {
          throw new CommandFailedException("another CA " + current + " is in the database");
        }
        new CaRequests(configuration).done();
        context.out().println("Renewed CA " + current + " in " + DATABASE);
        context.out().println("Restart the nodes one by one to put it in force.");
      }
    }
  }

  private void prepare(
      WritableRecords records,
      CaInstallation installation,
      Configuration configuration,
      KeyPairFiles made,
      Optional<Instant> activateAt)
      throws IOException, StoreUnavailableException, CommandFailedException {
    Instant now = context.clock().instant();
    List<CaGeneration> all = records.caGenerations().all();
    CaSuccession succession = CaSuccession.at(now, all);
    if (succession.next().isPresent()) {
      throw new CommandFailedException(
          "CA "
              + succession.next().get().number()
              + " is prepared already: activate or cancel it (certctl ca rollover)");
    }
    X509CertificateHolder certificate = made.chain().first();
    CaRolloverCommand.requireWithinLife(certificate, activateAt);
    CaSuccession.note(records.caGenerations(), all, ID, now);
    Draft draft = draft(records, installation, configuration, all, made);
    CaGeneration generation =
        CaGeneration.prepared(
            draft.number(),
            Sha256.over(certificate.getEncoded()),
            Names.text(certificate.getSubject()),
            now,
            activateAt);
    if (!records
        .caGenerations()
        .add(generation, CaSuccession.event(now, context.operator(), "prepared", ID, generation))) {
      draft.removal().run();
      throw anotherIsPrepared();
    }
    new CaRequests(configuration).done();
    tell(configuration, generation);
  }

  private static CommandFailedException anotherIsPrepared() {
    return new CommandFailedException("another CA has just been prepared; see: ca rollover status");
  }

  @FunctionalInterface
  private interface Removal {
    void run() throws IOException, StoreUnavailableException;
  }

  /// A CA in its place, which counts only when the store knows its generation.
  ///
  /// @param removal takes it away again
  private record Draft(int number, Removal removal) {}

  private Draft draft(
      WritableRecords records,
      CaInstallation installation,
      Configuration configuration,
      List<CaGeneration> all,
      KeyPairFiles made)
      throws IOException, StoreUnavailableException, CommandFailedException {
    return switch (SubordinateCa.settings(configuration)) {
      case LocalCaSettings.InFiles _ -> {
        int number = SubordinateCa.freeNumber(configuration, all, List.of());
        GenerationFiles files =
            installation.generation(configuration, number, made.chain(), made.key());
        yield new Draft(number, files::remove);
      }
      case LocalCaSettings.InDatabase _ -> {
        SharedCas cas = SubordinateCa.shared(context, configuration, records.sealedKeys());
        int number = SubordinateCa.freeNumber(configuration, all, cas.numbers());
        X509CertificateHolder certificate = made.chain().first();
        CaInstallation.requireRoom(made.chain());
        if (!cas.add(number, certificate, made, shared(number, certificate))) {
          throw anotherIsPrepared();
        }
        cas.noteCertifiedElsewhere(number);
        yield new Draft(number, () -> cas.remove(number));
      }
    };
  }

  private AuditEvent shared(int number, X509CertificateHolder certificate) throws IOException {
    return new AuditEvent.SharedKeyChanged(
        context.clock().instant(),
        context.operator(),
        "shared",
        "ca",
        CaSuccession.issuerId(ID, number),
        Sha256.over(certificate.getEncoded()).hex());
  }
}
