package org.certctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.LocalCaSettings;
import org.certctl.issuer.local.SharedCas;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaSuccession;
import org.certctl.setup.CaPlace;
import org.certctl.setup.CasInDatabase;
import org.certctl.setup.GenerationFiles;
import org.certctl.setup.NextCa;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl ca rollover`: from one CA to the next, whether the server runs or not.
@Command(name = "rollover", description = "Hand over from the present CA to a new one.")
public final class CaRolloverCommand implements NestedCommand {

  private static final String ID = LocalCaSettings.ISSUER_ID;

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final WritableRecords.Source writableSource;

  /// Reads records of one source, changes those of the other.
  public CaRolloverCommand(
      CommandContext context, StoredRecords.Source source, WritableRecords.Source writableSource) {
    this.context = context;
    this.source = source;
    this.writableSource = writableSource;
  }

  @Override
  public String parent() {
    return "ca";
  }

  /// `certctl ca rollover prepare`: makes the next CA.
  @Command(
      name = "prepare",
      description = {
        "Make the next CA. From then on devices can fetch it (GetNextCACert) and may already enroll"
            + " with it; all others go on with the present CA until the new one is activated.",
        "It is built as the present one is: a new root with an issuing CA, or one CA that is its own"
            + " root. With --issuer-key only the issuing CA is replaced.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl ca rollover prepare",
        "  certctl ca rollover prepare --at 2027-01-04T08:00:00Z --key-type rsa3072",
        "  certctl ca rollover prepare --issuer-key /media/usb/root-ca.key"
      })
  int prepare(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--at",
              paramLabel = "TIME",
              description =
                  "When it begins to issue, e.g. 2027-01-04T08:00:00Z. Without it, when you say so"
                      + " with activate.")
          @Nullable String at,
      @Option(
              names = "--key-type",
              paramLabel = "TYPE",
              description =
                  "The kind of the new keys: rsa2048, rsa3072, rsa4096, p256, p384 or ed25519."
                      + " Default: that of the present CA.")
          @Nullable String keyType,
      @Option(
              names = "--issuer-key",
              paramLabel = "FILE",
              description =
                  "PEM: the key of the CA above the present issuing CA, which then stays.")
          @Nullable Path issuerKey)
      throws ConfigurationException, CommandFailedException {
    Instant now = context.clock().instant();
    Optional<Instant> activateAt = at == null ? Optional.empty() : Optional.of(time(at, now));
    Configuration configuration = context.configuration(dataDirectory);
    try (WritableRecords records = writableSource.open(configuration)) {
      List<CaGeneration> all = records.caGenerations().all();
      CaSuccession succession = CaSuccession.at(now, all);
      if (succession.next().isPresent()) {
        throw new CommandFailedException(
            "CA "
                + succession.next().get().number()
                + " is prepared already: activate or cancel it");
      }
      CaPlace place = place(configuration, records);
      CertificateChain present = chain(place, succession.current());
      requireMadeHere(place, succession.current(), issuerKey);
      CaSuccession.note(records.caGenerations(), all, ID, now);
      int number =
          SubordinateCa.freeNumber(
              configuration,
              all,
              place instanceof CasInDatabase shared ? shared.cas().numbers() : List.of());
      NextCa.Order order =
          new NextCa.Order(
              number,
              keyType == null ? keyTypeOf(present.first()) : named(keyType),
              issuerKey == null
                  ? Optional.empty()
                  : Optional.of(
                      SigningKey.read(
                          KeyLocation.of(issuerKey, configuration.encryption()),
                          Optional.empty(),
                          context.providers())));
      NextCa nextCa =
          new NextCa(
              context.providers(), context.clock(), context.random(), configuration.encryption());
      CertificateChain made = nextCa.make(configuration.dataDirectory(), present, order);
      GenerationFiles files = GenerationFiles.of(configuration.dataDirectory(), number);
      boolean added = false;
      try {
        requireWithinLife(made.first(), activateAt);
        Optional<SharedCas> shared = share(configuration, place, files, number, now);
        CaGeneration generation = add(records, shared, number, made, now, activateAt);
        added = true;
        if (shared.isPresent()) {
          Files.delete(files.key());
        }
        tellPrepared(files, generation, made);
      } finally {
        if (!added) {
          discard(records, files, number);
        }
      }
      return ExitCode.OK;
    } catch (StoreUnavailableException | IOException e) {
      throw new CommandFailedException("the next CA cannot be made: " + e.getMessage());
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(e.reason() + "; " + e.hint());
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }

  /// Whoever has the certificate of a CA from elsewhere does not want a root of his own.
  private static void requireMadeHere(CaPlace place, int number, @Nullable Path issuerKey)
      throws CommandFailedException, StoreUnavailableException {
    if (issuerKey == null && place.isCertifiedElsewhere(number)) {
      throw new CommandFailedException(
          "the present CA was certified by another one ("
              + place.nameOf(number)
              + ")\nhint: have that one certify the next, too: certctl ca csr");
    }
  }

  /// Puts it where all nodes find it, when that is where their CAs are.
  private Optional<SharedCas> share(
      Configuration configuration, CaPlace place, GenerationFiles files, int number, Instant now)
      throws StoreUnavailableException, KeyMaterialException, CommandFailedException {
    if (!(place instanceof CasInDatabase(SharedCas cas))) {
      return Optional.empty();
    }
    KeyPairFiles made = files.read(context.providers(), configuration.encryption());
    AuditEvent event =
        new AuditEvent.SharedKeyChanged(
            now,
            context.operator(),
            "shared",
            "ca",
            CaSuccession.issuerId(ID, number),
            files.fingerprint().hex());
    if (!cas.add(number, made.chain().first(), made, event)) {
      throw new CommandFailedException(
          "another CA has just been prepared; see: ca rollover status");
    }
    return Optional.of(cas);
  }

  private CaGeneration add(
      WritableRecords records,
      Optional<SharedCas> shared,
      int number,
      CertificateChain made,
      Instant now,
      Optional<Instant> activateAt)
      throws CommandFailedException, StoreUnavailableException, IOException {
    CaGeneration generation =
        CaGeneration.prepared(
            number,
            Sha256.over(made.first().getEncoded()),
            Names.text(made.first().getSubject()),
            now,
            activateAt);
    if (!records.caGenerations().add(generation, event(now, "prepared", generation))) {
      if (shared.isPresent()) {
        shared.get().remove(number);
      }
      throw new CommandFailedException(
          "another CA has just been prepared; see: ca rollover status");
    }
    return generation;
  }

  /// Leaves no keys of a CA behind that nobody knows of. They stay if it cannot be told whether the
  /// store has it.
  private void discard(WritableRecords records, GenerationFiles files, int number) {
    try {
      if (records.caGenerations().all().stream().noneMatch(each -> each.number() == number)) {
        files.remove();
      }
    } catch (StoreUnavailableException | IOException e) {
      context.err().println("note: keys that are of no use may be left in " + files.folder());
    }
  }

  private void tellPrepared(GenerationFiles files, CaGeneration generation, CertificateChain made) {
    context.out().println("Prepared CA " + generation.number() + ", " + generation.subject() + ".");
    context.out().println("  SHA-256  " + Fingerprint.SHA_256.of(made.first()));
    context.out().println("  files    " + files.folder());
    if (!Files.exists(files.key())) {
      context.out().println("  key      in the database, for all nodes");
    }
    context.out().println("  issues   " + begin(generation));
    if (Files.exists(files.rootKey())) {
      context.out().println();
      context.out().println("Move the root's key offline; serving does not need it:");
      context.out().println("  " + files.rootKey());
    }
    context.out().println();
    context.out().println("Have devices and servers trust it before it issues:");
    context.out().println("  " + files.root());
  }

  /// `certctl ca rollover status`: all CAs, and which issues.
  @Command(
      name = "status",
      description = {"Show which CA issues, which is next, and which issued before.", ""},
      footer = {"", "Example:", "  certctl ca rollover status --data-dir /var/lib/certctl"})
  int status(@Mixin DataDirectoryOption dataDirectory)
      throws ConfigurationException, CommandFailedException {
    Configuration configuration = context.configuration(dataDirectory);
    try (StoredRecords records = source.open(configuration)) {
      Instant now = context.clock().instant();
      List<CaGeneration> all = records.caGenerations().all();
      CaSuccession succession = CaSuccession.at(now, all);
      CaPlace place = place(configuration, records);
      show(place, CaGeneration.FIRST, state(CaGeneration.FIRST, succession));
      for (CaGeneration generation : all) {
        String state =
            generation.isPending(now)
                ? "next, issues " + begin(generation)
                : generation
                    .cancelledAt()
                    .map(at -> "cancelled at " + at)
                    .orElseGet(() -> state(generation.number(), succession));
        show(place, generation.number(), state);
      }
      return ExitCode.OK;
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException("the records cannot be read: " + e.getMessage());
    }
  }

  private static String state(int number, CaSuccession succession) {
    if (succession.current() == number) {
      return "issues now";
    }
    return succession.former().stream()
        .filter(former -> former.number() == number)
        .map(former -> "issued until " + former.replacedAt())
        .findFirst()
        .orElse("");
  }

  private void show(CaPlace place, int number, String state)
      throws CommandFailedException, StoreUnavailableException {
    X509CertificateHolder certificate = chain(place, number).first();
    context.out().println("CA " + number + "  " + Names.text(certificate.getSubject()));
    context.out().println("  state    " + state);
    context.out().println("  issuer   " + CaSuccession.issuerId(ID, number));
    context.out().println("  expires  " + certificate.getNotAfter().toInstant());
    context.out().println("  SHA-256  " + Fingerprint.SHA_256.of(certificate));
  }

  /// `certctl ca rollover activate`: sets when the next CA begins.
  @Command(
      name = "activate",
      description = {
        "Let the prepared CA issue from now on, or from a given time. A running server notices by"
            + " itself. What has begun cannot be undone; a new rollover leads on.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  certctl ca rollover activate",
        "  certctl ca rollover activate --at 2027-01-04T08:00:00Z"
      })
  int activate(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--at",
              paramLabel = "TIME",
              defaultValue = "now",
              description = "When, e.g. 2027-01-04T08:00:00Z. Default: ${DEFAULT-VALUE}.")
          String at)
      throws ConfigurationException, CommandFailedException {
    Instant now = context.clock().instant();
    Instant activateAt = time(at, now);
    Configuration configuration = context.configuration(dataDirectory);
    try (WritableRecords records = writableSource.open(configuration)) {
      CaGeneration next = next(records, now);
      CaPlace place = place(configuration, records);
      requireUsable(place, next);
      requireWithinLife(chain(place, next.number()).first(), Optional.of(activateAt));
      CaGeneration scheduled =
          CaGeneration.prepared(
              next.number(),
              next.fingerprint(),
              next.subject(),
              next.preparedAt(),
              Optional.of(activateAt));
      if (!records
          .caGenerations()
          .schedule(next.number(), activateAt, now, event(now, "scheduled", scheduled))) {
        throw new CommandFailedException(
            "CA " + next.number() + " no longer waits; see: ca rollover status");
      }
      CaSuccession.note(records.caGenerations(), records.caGenerations().all(), ID, now);
      context.out().println("CA " + next.number() + " issues " + begin(scheduled) + ".");
      return ExitCode.OK;
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException("the date cannot be set: " + e.getMessage());
    }
  }

  /// That a server will be able to issue with it: what has begun cannot be undone.
  private static void requireUsable(CaPlace place, CaGeneration next)
      throws CommandFailedException, StoreUnavailableException {
    try {
      var _ = place.read(next.number());
      if (!place.fingerprint(next.number()).equals(next.fingerprint())) {
        throw new CommandFailedException(
            place.nameOf(next.number()) + " is not the CA that was prepared");
      }
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(e.reason() + "; " + e.hint());
    }
  }

  /// `certctl ca rollover cancel`: gives the next CA up.
  @Command(
      name = "cancel",
      description = {
        "Give the prepared CA up. It never issues again. Its files stay: devices may have enrolled"
            + " with it already, and it signs the CRL of their certificates.",
        ""
      },
      footer = {"", "Example:", "  certctl ca rollover cancel"})
  int cancel(@Mixin DataDirectoryOption dataDirectory)
      throws ConfigurationException, CommandFailedException {
    Instant now = context.clock().instant();
    Configuration configuration = context.configuration(dataDirectory);
    try (WritableRecords records = writableSource.open(configuration)) {
      CaGeneration next = next(records, now);
      if (!records.caGenerations().cancel(next.number(), now, event(now, "cancelled", next))) {
        throw new CommandFailedException(
            "CA " + next.number() + " no longer waits; see: ca rollover status");
      }
      context.out().println("CA " + next.number() + " is given up.");
      return ExitCode.OK;
    } catch (StoreUnavailableException e) {
      throw new CommandFailedException("the records cannot be written: " + e.getMessage());
    }
  }

  private static CaGeneration next(WritableRecords records, Instant now)
      throws StoreUnavailableException, CommandFailedException {
    return CaSuccession.at(now, records.caGenerations().all())
        .next()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "no CA is prepared; make one with: ca rollover prepare"));
  }

  private CaPlace place(Configuration configuration, StoredRecords records)
      throws CommandFailedException {
    LocalCaSettings ca =
        configuration
            .localCa()
            .orElseThrow(
                () -> new CommandFailedException("there is no CA here (CERTCTL_CA_CERT_PATH)"));
    return CaPlace.of(
        configuration, ca, records.sealedKeys(), context.providers(), context.random());
  }

  private static CertificateChain chain(CaPlace place, int number)
      throws CommandFailedException, StoreUnavailableException {
    try {
      return place.chain(number);
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(e.reason() + "; " + e.hint());
    }
  }

  static void requireWithinLife(X509CertificateHolder certificate, Optional<Instant> activateAt)
      throws CommandFailedException {
    Instant end = certificate.getNotAfter().toInstant();
    if (activateAt.filter(at -> !at.isBefore(end)).isPresent()) {
      throw new CommandFailedException("the new CA ends on " + end + ", before it would begin");
    }
  }

  static Instant time(String text, Instant now) throws CommandFailedException {
    if (text.equals("now")) {
      return now.truncatedTo(ChronoUnit.MILLIS);
    }
    Instant at;
    try {
      at = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw CommandFailedException.usage("--at takes a time such as 2027-01-04T08:00:00Z");
    }
    if (at.isBefore(now)) {
      throw CommandFailedException.usage("--at lies in the past; it is " + now);
    }
    return at;
  }

  private static KeyType named(String text) throws CommandFailedException {
    return KeyType.ofText(text.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                CommandFailedException.usage(
                    "--key-type is one of "
                        + String.join(
                            ", ", Stream.of(KeyType.values()).map(KeyType::text).toList())));
  }

  private static KeyType keyTypeOf(X509CertificateHolder certificate) {
    return KeyType.of(certificate.getSubjectPublicKeyInfo()).orElse(KeyType.RSA_3072);
  }

  static String begin(CaGeneration generation) {
    return generation
        .activateAt()
        .map(at -> "from " + at)
        .orElse("when you say: certctl ca rollover activate");
  }

  private AuditEvent event(Instant now, String step, CaGeneration generation) {
    return CaSuccession.event(now, context.operator(), step, ID, generation);
  }
}
