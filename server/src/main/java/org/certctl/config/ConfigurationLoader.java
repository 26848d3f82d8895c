package org.certctl.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.certctl.config.ConfigurationResult.Refused;
import org.certctl.config.ConfigurationResult.Usable;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.NamedKey;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.profile.CertificateProfile;
import org.certctl.retention.RetentionRules;

/// Reads the configuration and reports all problems at once.
public final class ConfigurationLoader {

  private final CryptoProviders providers;
  private final Clock clock;

  /// Takes what the checks of keys and certificates need.
  public ConfigurationLoader(CryptoProviders providers, Clock clock) {
    this.providers = providers;
    this.clock = clock;
  }

  /// Reads all options and checks the files they name: what must hold before the server starts.
  ///
  /// @param dataDirectory what `--data-dir` says; it wins over `CERTCTL_DATA_DIR`
  public ConfigurationResult load(Environment environment, Optional<Path> dataDirectory) {
    return load(environment, dataDirectory, true);
  }

  /// Reads all options, but does not look into the files with keys and certificates: for commands
  /// that must work when one of these has expired.
  ///
  /// @param dataDirectory what `--data-dir` says; it wins over `CERTCTL_DATA_DIR`
  public ConfigurationResult readOptions(Environment environment, Optional<Path> dataDirectory) {
    return load(environment, dataDirectory, false);
  }

  private ConfigurationResult load(
      Environment environment, Optional<Path> override, boolean checkFiles) {
    Problems problems = new Problems();
    DataDirectory dataDirectory = dataDirectory(environment, override, problems);
    Path directory = dataDirectory.path();
    boolean open = isOpen(directory, problems);
    if (open) {
      refuseUnfinished(directory, problems);
      warnOfOpenDirectory(directory, problems);
    }
    SettingsFile file =
        open
            ? SettingsFile.read(directory.resolve(Configuration.SETTINGS_FILE_NAME), problems)
            : SettingsFile.empty();
    file.get(Options.DATA_DIR.name())
        .ifPresent(
            value ->
                problems.error(
                    Options.DATA_DIR.name(),
                    value,
                    "it cannot stand in certctl.env, which lies in that directory",
                    "set it in the environment, or use --data-dir"));
    Settings settings = new Settings(environment, file);
    OptionReader reader = new OptionReader(settings, directory, problems);
    reader.note(
        new EffectiveValue(Options.DATA_DIR.name(), directory.toString(), dataDirectory.origin()));
    boolean known = open && file.isReadable();
    if (!known) {
      reader.tolerateMissing();
    }
    return read(directory, settings, reader, problems, known, checkFiles);
  }

  /// Whether this user may look into the directory; what keeps it from that is noted.
  private static boolean isOpen(Path directory, Problems problems) {
    if (Files.isReadable(directory)
        && Files.isExecutable(directory)
        && Files.isDirectory(directory)) {
      return true;
    }
    String reason = "it is no directory";
    String hint = "make one that is ready to serve: certctl init --data-dir " + directory;
    if (Files.isDirectory(directory)) {
      reason = "this user may not look into it";
      hint = "run certctl as its owner" + owner(directory);
    } else if (Files.notExists(directory)) {
      reason = "there is no such directory";
    } else if (!Files.exists(directory)) {
      reason = "this user may not look for it";
      hint = "run certctl as the user that it belongs to";
    }
    problems.error(Options.DATA_DIR.name(), directory.toString(), reason, hint);
    return false;
  }

  private static String owner(Path directory) {
    try {
      return ", " + Files.getOwner(directory).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static void refuseUnfinished(Path directory, Problems problems) {
    if (Files.exists(directory.resolve(Configuration.UNFINISHED_NAME))) {
      problems.error(
          Options.DATA_DIR.name(),
          directory.toString(),
          "certctl init or restore was broken off there, or is at work",
          "repeat that command; it removes what the broken one has left");
    }
  }

  private static void warnOfOpenDirectory(Path directory, Problems problems) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
          || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
        problems.warning(
            Options.DATA_DIR.name(),
            directory.toString(),
            "others than its owner may put files into it",
            "close it unless that is meant: chmod 700 " + directory);
      }
    } catch (UnsupportedOperationException | IOException e) {
      // No POSIX modes here: access is ruled by other means.
      return;
    }
  }

  private record DataDirectory(Path path, Origin origin) {}

  private static DataDirectory dataDirectory(
      Environment environment, Optional<Path> override, Problems problems) {
    Path path = Options.DATA_DIR.defaultValue().orElseThrow();
    Origin origin = Origin.DEFAULT;
    Optional<String> given =
        environment.get(Options.DATA_DIR.name()).filter(text -> !text.isBlank());
    if (override.isPresent()) {
      path = override.get();
      origin = Origin.COMMAND;
    } else if (given.isPresent()) {
      try {
        path = Path.of(given.get().strip());
        origin = Origin.ENVIRONMENT;
      } catch (InvalidPathException e) {
        problems.error(
            Options.DATA_DIR.name(), given.get(), "it is no path", "write the path of a directory");
      }
    }
    return new DataDirectory(path.toAbsolutePath().normalize(), origin);
  }

  private ConfigurationResult read(
      Path directory,
      Settings settings,
      OptionReader reader,
      Problems problems,
      boolean known,
      boolean checkFiles) {
    KeyEncryption encryption = new EncryptionReader(reader, problems).read(directory);
    Base base = base(directory, reader, problems);
    boolean scepEnabled = reader.value(Options.SCEP_ENABLED);
    Optional<PairOfFiles> tls =
        pair(
            reader,
            Options.SERVER_TLS_CERT_PATH,
            Options.SERVER_TLS_KEY_PATH.name(),
            reader
                .requiredPath(Options.SERVER_TLS_KEY_PATH, Options.SERVER_TLS_KEY_PATH.name())
                .map(file -> KeyLocation.of(file, encryption)));
    Optional<LocalCaSettings> ca = new LocalCaReader(settings, reader, problems).read(scepEnabled);
    if (!scepEnabled) {
      reader.tolerateMissing();
    }
    Optional<List<String>> certificateProfileNames =
        certificateProfileNames(settings, reader, problems);
    Map<String, CertificateProfile> certificateProfiles =
        new CertificateProfileReader(reader, problems, announcesOcsp(base.status()))
            .read(certificateProfileNames.orElse(List.of()));
    ScepReader scepReader =
        new ScepReader(settings, reader, problems, certificateProfiles.keySet());
    Optional<List<String>> profileNames = scepReader.profileNames();
    ScepSettings scep = scepReader.read(scepEnabled, profileNames);
    new EncryptionReader(reader, problems)
        .requireFor(base.database(), scep, ca, base.audit(), encryption);
    new UnknownKeys(
            List.of(
                new UnknownKeys.Family(Section.SCEP_PROFILE, Options.SCEP_PROFILES, profileNames),
                new UnknownKeys.Family(
                    Section.CERTIFICATE_PROFILE,
                    CertificateProfileOptions.NAMES,
                    certificateProfileNames)),
            problems)
        .report(settings.keys());
    RetentionOptions.check(base.retention(), scep, problems);
    ListenerChecks.check(base.server(), base.management(), scep, problems);
    if (known) {
      warnOfNoEndpoint(scep, problems);
    }
    if (known && checkFiles) {
      new StartChecks(providers, clock, problems)
          .check(
              new Materials(
                  tls,
                  LocalCaReader.files(ca),
                  ca.filter(LocalCaSettings.InFiles.class::isInstance).isPresent()
                      ? laterCas(directory)
                      : List.of(),
                  scepEnabled ? scepReader.registrationAuthorities() : List.of(),
                  scepEnabled ? scepReader.connectorBundles() : List.of(),
                  scepEnabled ? scepReader.clientCaBundles() : List.of(),
                  base.notices()
                      .authorities()
                      .map(file -> new NamedFile(NoticeOptions.CA_PATH.name(), file)),
                  ocspKey(base.status().ocsp()),
                  new NamedKey(KeyOptions.AUDIT_KEY.name(), base.audit().key())));
    }
    if (problems.hasErrors() || tls.isEmpty()) {
      return new Refused(problems.all());
    }
    Configuration configuration =
        base.configuration(
            directory, encryption, tls.get(), ca, certificateProfiles, scep, reader.shared());
    if (checkFiles) {
      new EncryptionCheck(problems).check(configuration);
      if (problems.hasErrors()) {
        return new Refused(problems.all());
      }
    }
    return new Usable(configuration, reader.values(), problems.all());
  }

  private static void warnOfNoEndpoint(ScepSettings scep, Problems problems) {
    if (!scep.enabled()) {
      problems.warning(
          Options.SCEP_ENABLED.name(),
          "false",
          "no device can enroll",
          "set it to true and name profiles in " + Options.SCEP_PROFILES.name());
    }
  }

  private static Optional<NamedKey> ocspKey(OcspSettings ocsp) {
    return ocsp.suppliedKey()
        .filter(_ -> ocsp.enabled())
        .map(key -> new NamedKey(OcspOptions.RESPONDER_KEY_PATH.name(), key));
  }

  private static boolean announcesOcsp(StatusSettings status) {
    return status.publicUrl().isPresent() && status.ocsp().enabled();
  }

  /// The certificate profiles with rules of their own, from the list and from the file; absent when
  /// one of them cannot be read.
  private static Optional<List<String>> certificateProfileNames(
      Settings settings, OptionReader reader, Problems problems) {
    String key = CertificateProfileOptions.NAMES.name();
    Optional<List<String>> listed = reader.optional(CertificateProfileOptions.NAMES, key);
    if (listed.isEmpty() && settings.says(key)) {
      return Optional.empty();
    }
    String fileKey = CertificateProfileOptions.FILE.name();
    Optional<Path> file = reader.optionalPath(CertificateProfileOptions.FILE, fileKey);
    List<String> names = new ArrayList<>(listed.orElse(List.of()));
    if (file.isPresent()) {
      CertificateProfilesFile profiles = CertificateProfilesFile.read(file.get(), problems);
      settings.add(profiles);
      for (String name : profiles.names()) {
        if (names.contains(name)) {
          problems.error(
              key, name, "the profile stands in " + fileKey + " too", "name it in one of the two");
        } else {
          names.add(name);
        }
      }
    }
    return Optional.of(names);
  }

  private static List<Path> laterCas(Path directory) {
    Path all = directory.resolve(Configuration.CA_FOLDER_NAME);
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(all)) {
      return folders
          .map(folder -> folder.resolve(Configuration.CA_CERTIFICATES_NAME))
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparingInt(ConfigurationLoader::generation))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /// The number that the folder of a prepared CA has for a name; 0 for other folders.
  private static int generation(Path certificates) {
    Path folder = certificates.getParent();
    String name = folder == null ? "" : String.valueOf(folder.getFileName());
    return name.matches("[0-9]{1,6}") ? Integer.parseInt(name) : 0;
  }

  private static Base base(Path directory, OptionReader reader, Problems problems) {
    return new Base(
        new ServerSettings(
            reader.value(Options.SERVER_HOST),
            reader.value(Options.SERVER_PORT),
            reader.value(Options.MAX_BODY_SIZE),
            reader.value(Options.SHUTDOWN_TIMEOUT)),
        new ManagementSettings(
            reader.value(Options.MANAGEMENT_HOST), reader.value(Options.MANAGEMENT_PORT)),
        DatabaseReader.read(directory, reader, problems),
        RetentionOptions.read(reader),
        new LogSettings(reader.value(Options.LOG_LEVEL), reader.value(Options.LOG_FORMAT)),
        new AuditSettings(
            reader.requiredKey(KeyOptions.AUDIT_KEY, KeyOptions.AUDIT_KEY_PASSWORD).orElseThrow()),
        StatusReader.read(reader, problems),
        NoticeReader.read(reader, problems));
  }

  /// What does not depend on anything else.
  private record Base(
      ServerSettings server,
      ManagementSettings management,
      DatabaseSettings database,
      RetentionRules retention,
      LogSettings log,
      AuditSettings audit,
      StatusSettings status,
      NoticeSettings notices) {

    Configuration configuration(
        Path directory,
        KeyEncryption encryption,
        PairOfFiles tls,
        Optional<LocalCaSettings> ca,
        Map<String, CertificateProfile> certificateProfiles,
        ScepSettings scep,
        SharedOptions shared) {
      return new Configuration(
          directory,
          server,
          new TlsSettings(
              tls.certificate().path(), tls.privateKey().location().file().orElseThrow()),
          management,
          database,
          retention,
          encryption,
          log,
          audit,
          status,
          notices,
          ca,
          certificateProfiles,
          scep,
          shared);
    }
  }

  private static Optional<PairOfFiles> pair(
      OptionReader reader,
      Option<Path> certificate,
      String privateKeyKey,
      Optional<KeyLocation> privateKey) {
    Optional<Path> certificatePath = reader.requiredPath(certificate, certificate.name());
    if (certificatePath.isEmpty() || privateKey.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PairOfFiles(
            new NamedFile(certificate.name(), certificatePath.get()),
            new NamedKey(privateKeyKey, privateKey.get())));
  }
}
